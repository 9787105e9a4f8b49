import ArgumentParser

struct ModelCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Look into agents, run them on observations, exchange them with other programs.",
    subcommands: [
      ModelInfoCommand.self, ModelRunCommand.self, ModelImportCommand.self, ModelExportCommand.self,
    ])
}
