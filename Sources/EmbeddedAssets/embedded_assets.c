// The files of Assets/ inside the program, so that the binary needs nothing beside it. `#embed` is C23;
// clang accepts it in every mode.
#include "embedded_assets.h"

#include <string.h>

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char inter_medium[] = {
#embed "../../Assets/inter/Inter-Medium.otf"
};

static const unsigned char inter_display_bold[] = {
#embed "../../Assets/inter/InterDisplay-Bold.otf"
};

static const unsigned char agent_tnd[] = {
#embed "../../Assets/agents/tnd.safetensors"
};

static const unsigned char agent_tnd_classic[] = {
#embed "../../Assets/agents/tnd-classic.safetensors"
};

static const unsigned char replay_css[] = {
#embed "../../Assets/replay/player.css"
};

static const unsigned char replay_js[] = {
#embed "../../Assets/replay/player.js"
};

static const embedded_asset assets[] = {
    {"agents/tnd.safetensors", agent_tnd, sizeof agent_tnd},
    {"agents/tnd-classic.safetensors", agent_tnd_classic, sizeof agent_tnd_classic},
    {"inter/Inter-Medium.otf", inter_medium, sizeof inter_medium},
    {"inter/InterDisplay-Bold.otf", inter_display_bold, sizeof inter_display_bold},
    {"replay/player.css", replay_css, sizeof replay_css},
    {"replay/player.js", replay_js, sizeof replay_js},
};

size_t embedded_asset_count(void) { return sizeof assets / sizeof assets[0]; }

embedded_asset embedded_asset_at(size_t index) { return assets[index]; }

const embedded_asset *embedded_asset_named(const char *name) {
  for (size_t i = 0; i < embedded_asset_count(); i++) {
    if (strcmp(assets[i].name, name) == 0) return &assets[i];
  }
  return NULL;
}
