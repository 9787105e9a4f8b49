/// A character of a face; lengths in ems.
struct Glyph {
  /// What the face calls it.
  let index: UInt32
  /// From its start to that of the next one.
  let advance: Double
  /// From its start to the outline's origin.
  let indent: Double
}

/// How much of every pixel a glyph covers, 0...255 row by row; its top-left corner from the glyph's origin.
struct GlyphMask {
  let left: Int
  let top: Int
  let width: Int
  let height: Int
  let coverage: [UInt8]
}

#if Viewer
  import CFreeType
  import EmbeddedAssets

  /// An embedded font, read and filled by FreeType: one library a face, so that a face may be used on any thread,
  /// by one at a time. Nothing is hinted: letters keep their shapes at every fraction of a pixel, and only integers
  /// decide about the masks.
  final class Face {
    private let library: FT_Library
    private let face: FT_Face
    /// The height of capitals and digits, ems.
    let capHeight: Double
    private var glyphs: [Unicode.Scalar: Glyph] = [:]

    /// Throws `PictureError.notBuilt` without the trait `Viewer`.
    init(_ weight: Weight) throws(PictureError) {
      let name = weight.file
      guard let file = embedded_asset_named(name)?.pointee else {
        preconditionFailure("no embedded file \(name)")
      }
      var library: FT_Library?
      Face.check(FT_Init_FreeType(&library), "starting")
      // As it is anyway, unless the environment, FREETYPE_PROPERTIES, says otherwise.
      var isOff = FT_Bool(1)
      Face.check(FT_Property_Set(library, "cff", "no-stem-darkening", &isOff), "no-stem-darkening")
      var face: FT_Face?
      Face.check(FT_New_Memory_Face(library, file.bytes, FT_Long(file.count), 0, &face), name)
      guard let library, let face, let table = FT_Get_Sfnt_Table(face, FT_SFNT_OS2) else {
        preconditionFailure("\(name) has no table OS/2")
      }
      self.library = library
      self.face = face
      let metrics = table.assumingMemoryBound(to: TT_OS2.self).pointee
      capHeight = Double(metrics.sCapHeight) / Double(face.pointee.units_per_EM)
    }

    deinit { FT_Done_FreeType(library) }

    /// The glyph of a character; a question mark for one that the face does not have.
    func glyph(_ scalar: Unicode.Scalar) -> Glyph {
      if let glyph = glyphs[scalar] { return glyph }
      let glyph = ("0"..."9").contains(scalar) ? digit(scalar.value - 0x30) : letter(scalar.value)
      glyphs[scalar] = glyph
      return glyph
    }

    private func letter(_ code: UInt32) -> Glyph {
      let index = [code, 0x3f].lazy.map { [face] in FT_Get_Char_Index(face, FT_ULong($0)) }.first { $0 != 0 }
      return Glyph(index: index!, advance: advance(index!), indent: 0)
    }

    /// All digits are of one width, so that counters do not dance: Inter's tabular ones (OpenType's `tnum`), which
    /// it also has from U+E071 on, in the middle of the widest one's room, since the bold ones still differ.
    private func digit(_ value: UInt32) -> Glyph {
      let widest = (0..<10).map { letter(0xe071 + $0).advance }.max()!
      let own = letter(0xe071 + value)
      return Glyph(index: own.index, advance: widest, indent: (widest - own.advance) / 2)
    }

    private func advance(_ index: UInt32) -> Double {
      var units = FT_Fixed(0)
      Face.check(FT_Get_Advance(face, index, FT_Int32(FT_LOAD_NO_SCALE), &units), "measuring glyph \(index)")
      return Double(units) / Double(face.pointee.units_per_EM)
    }

    /// A glyph filled at a size of whole pixels an em, its origin `phase` quarters of a pixel right of a pixel's edge.
    func mask(_ index: UInt32, size: Int, phase: Int) -> GlyphMask {
      Face.check(FT_Set_Pixel_Sizes(face, 0, FT_UInt(size)), "size \(size)")
      // In 64ths of a pixel.
      var shift = FT_Vector(x: phase * 16, y: 0)
      FT_Set_Transform(face, nil, &shift)
      Face.check(
        FT_Load_Glyph(face, index, FT_Int32(FT_LOAD_RENDER | FT_LOAD_NO_HINTING)),
        "filling glyph \(index) at size \(size)")
      let slot = face.pointee.glyph.pointee
      let (width, height) = (Int(slot.bitmap.width), Int(slot.bitmap.rows))
      var coverage: [UInt8] = []
      coverage.reserveCapacity(width * height)
      for row in 0..<height {
        let start = slot.bitmap.buffer + row * Int(slot.bitmap.pitch)
        coverage += UnsafeBufferPointer(start: start, count: width)
      }
      return GlyphMask(
        left: Int(slot.bitmap_left), top: -Int(slot.bitmap_top), width: width, height: height,
        coverage: coverage)
    }

    /// What is embedded is whole: an error is one of the program.
    private static func check(_ error: FT_Error, _ what: @autoclosure () -> String) {
      precondition(error == 0, "FreeType, \(what()): error \(error)")
    }
  }
#else
  /// Without FreeType no face can be made, and so nothing that draws text: what a face can do is never asked.
  final class Face {
    init(_ weight: Weight) throws(PictureError) { throw .notBuilt }

    var capHeight: Double { preconditionFailure("a face without FreeType") }

    func glyph(_ scalar: Unicode.Scalar) -> Glyph { preconditionFailure("a face without FreeType") }

    func mask(_ index: UInt32, size: Int, phase: Int) -> GlyphMask {
      preconditionFailure("a face without FreeType")
    }
  }
#endif
