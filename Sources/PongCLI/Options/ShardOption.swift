import ArgumentParser

/// `--shard I/N`: one of N parts, counted from 0.
struct ShardOption: ExpressibleByArgument {
  let index: Int
  let count: Int

  init(index: Int, count: Int) {
    self.index = index
    self.count = count
  }

  init?(argument: String) {
    let parts = argument.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1,
      (0..<count).contains(index)
    else {
      return nil
    }
    self.index = index
    self.count = count
  }
}
