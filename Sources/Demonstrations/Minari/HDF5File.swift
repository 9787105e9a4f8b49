#if Minari
  import CHDF5
  import Foundation

  /// A file of groups and arrays, written through libhdf5. Times are left out, so that equal content gives equal
  /// bytes.
  final class HDF5File {
    /// What libhdf5 would not do.
    struct Failure: Error { let what: String }

    /// libhdf5 is for one thread at a time.
    private static let library = NSLock()

    /// What `body` returns, with the library to itself.
    static func withLibrary<Result>(_ body: () throws -> Result) rethrows -> Result {
      try library.withLock(body)
    }

    private let file: hid_t
    private var isClosed = false

    /// Makes a file, in place of one that is there.
    init(_ path: String) throws {
      H5open()
      shim_be_quiet()
      file = try HDF5File.check(H5Fcreate(path, shim_truncate(), 0, 0), "create the file")
    }

    deinit { if !isClosed { H5Fclose(file) } }

    /// Writes out everything and closes the file.
    func close() throws {
      isClosed = true
      guard H5Fclose(file) >= 0 else { throw Failure(what: "libhdf5 could not close the file") }
    }

    /// A group at the top of the file.
    func group(_ name: String, _ body: (Group) throws -> Void) throws {
      let group = try HDF5File.check(H5Gcreate2(file, name, 0, 0, 0), "create the group \(name)")
      defer { H5Gclose(group) }
      try body(Group(id: group))
    }

    static func check(_ id: hid_t, _ what: String) throws -> hid_t {
      guard id >= 0 else { throw Failure(what: "libhdf5 could not \(what)") }
      return id
    }

    static func check(_ status: herr_t, _ what: String) throws {
      guard status >= 0 else { throw Failure(what: "libhdf5 could not \(what)") }
    }
  }

  extension HDF5File {
    /// A group: arrays and attributes by name.
    struct Group {
      fileprivate let id: hid_t

      /// Bits, as int8 (rows, columns).
      func add(_ name: String, _ bits: [Int8], columns: Int) throws {
        try add(name, shim_int8(), bits, [bits.count / columns, columns])
      }

      func add(_ name: String, _ numbers: [Int64]) throws {
        try add(name, shim_int64(), numbers, [numbers.count])
      }

      func add(_ name: String, _ numbers: [Double]) throws {
        try add(name, shim_float64(), numbers, [numbers.count])
      }

      /// Truth values, as h5py keeps them: an enumeration of FALSE and TRUE over int8.
      func add(_ name: String, _ flags: [Bool]) throws {
        let type = try HDF5File.check(H5Tenum_create(shim_int8()), "create a type")
        defer { H5Tclose(type) }
        for (word, value) in [("FALSE", 0), ("TRUE", 1)] as [(String, Int8)] {
          try withUnsafePointer(to: value) {
            try HDF5File.check(H5Tenum_insert(type, word, $0), "name a value")
          }
        }
        try add(name, type, flags.map { $0 ? 1 : 0 } as [Int8], [flags.count])
      }

      /// An attribute of one number.
      func attribute(_ name: String, _ number: Int64) throws { try attribute(name, shim_int64(), number) }
      func attribute(_ name: String, _ number: UInt64) throws { try attribute(name, shim_uint64(), number) }

      private func attribute(_ name: String, _ type: hid_t, _ number: some FixedWidthInteger) throws {
        let space = try HDF5File.check(H5Screate(H5S_SCALAR), "create a space")
        defer { H5Sclose(space) }
        let attribute = try HDF5File.check(H5Acreate2(id, name, type, space, 0, 0), "create \(name)")
        defer { H5Aclose(attribute) }
        try withUnsafePointer(to: number.littleEndian) {
          try HDF5File.check(H5Awrite(attribute, type, $0), "write \(name)")
        }
      }

      /// In chunks and without a limit on the first axis, as Minari's own, so that Minari can add to it.
      private func add(_ name: String, _ type: hid_t, _ values: [some Any], _ shape: [Int]) throws {
        let lengths = shape.map(hsize_t.init)
        var limits = lengths
        limits[0] = shim_unlimited()
        var chunk = lengths
        chunk[0] = min(max(lengths[0], 1), 4096)
        let rank = Int32(shape.count)
        let space = try HDF5File.check(H5Screate_simple(rank, lengths, limits), "create a space")
        defer { H5Sclose(space) }
        let layout = try HDF5File.check(H5Pcreate(shim_dataset_creation()), "create a layout")
        defer { H5Pclose(layout) }
        try HDF5File.check(H5Pset_chunk(layout, rank, chunk), "set the chunks of \(name)")
        try HDF5File.check(H5Pset_obj_track_times(layout, false), "leave out the times of \(name)")
        let set = try HDF5File.check(H5Dcreate2(id, name, type, space, 0, layout, 0), "create \(name)")
        defer { H5Dclose(set) }
        try values.withUnsafeBytes {
          try HDF5File.check(H5Dwrite(set, type, 0, 0, 0, $0.baseAddress), "write \(name)")
        }
      }
    }
  }
#endif
