#ifndef EMBEDDED_ASSETS_H
#define EMBEDDED_ASSETS_H

#include <stddef.h>

/// A file of Assets/ compiled into the program.
typedef struct {
  const char *name;
  const unsigned char *bytes;
  size_t count;
} embedded_asset;

/// The number of embedded files.
size_t embedded_asset_count(void);

/// Embedded file `index`, in the order of the table in embedded_assets.c.
embedded_asset embedded_asset_at(size_t index);

/// The embedded file of a name; NULL where there is none.
const embedded_asset *embedded_asset_named(const char *name);

#endif
