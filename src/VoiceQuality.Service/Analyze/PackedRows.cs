using System.Globalization;
using System.Text;

namespace VoiceQuality.Service.Analyze;

/// <summary>
/// Rows of text that wait until all are there, some hundred octets each, to be had by their time, then by a key.
/// </summary>
/// <param name="columns">Cells of a row.</param>
/// <param name="keyOf">The key of a row, made of its cells when two have the same time.</param>
internal sealed class PackedRows(int columns, PackedRows.KeyReader keyOf)
{
    /// <summary>Octets of a chunk: above what the collector would move.</summary>
    private const int ChunkLength = 1 << 20;

    /// <summary>Most octets of a number.</summary>
    private const int NumberLength = 64;

    /// <summary>Reads a key from the cells of a row.</summary>
    public delegate string KeyReader(ReadOnlySpan<byte> cells);

    private readonly List<Entry> _entries = [];
    private readonly List<byte[]> _chunks = [];
    private readonly int[] _widths = new int[columns];
    private byte[] _row = new byte[256];
    private int _length;
    private int _column;
    private int _used = ChunkLength;

    public int Count => _entries.Count;

    /// <summary>Most characters of a cell, by column.</summary>
    public ReadOnlySpan<int> Widths => _widths;

    /// <summary>The time of a row.</summary>
    public long AtUs(int index) => _entries[index].AtUs;

    /// <summary>The cells of a row, of which <see cref="Next"/> gives one after the other.</summary>
    public ReadOnlySpan<byte> this[int index] => CellsOf(_entries[index]);

    /// <summary>The next cell, UTF-8.</summary>
    /// <param name="cells">What is left of the row.</param>
    public static ReadOnlySpan<byte> Next(ref ReadOnlySpan<byte> cells)
    {
        var (length, read) = ((int)cells[0], 1);
        if (length == byte.MaxValue)
        {
            (length, read) = (BitConverter.ToInt32(cells[1..]), 1 + sizeof(int));
        }

        var cell = cells.Slice(read, length);
        cells = cells[(read + length)..];
        return cell;
    }

    /// <summary>Characters of a cell.</summary>
    public static int WidthOf(ReadOnlySpan<byte> cell) =>
        Ascii.IsValid(cell) ? cell.Length : Encoding.UTF8.GetCharCount(cell);

    /// <summary>Adds the next cell of the row.</summary>
    public PackedRows Add(string text)
    {
        var room = Room(Encoding.UTF8.GetMaxByteCount(text.Length));
        return Close(Encoding.UTF8.GetBytes(text, room));
    }

    /// <summary>Adds the next cell of the row: a number in a format of the invariant culture.</summary>
    public PackedRows Add<T>(T value, string format)
        where T : struct, IUtf8SpanFormattable, IFormattable =>
        value.TryFormat(Room(NumberLength), out var length, format, CultureInfo.InvariantCulture)
            ? Close(length)
            : Add(value.ToString(format, CultureInfo.InvariantCulture));

    /// <summary>Ends the row.</summary>
    /// <param name="atUs">The time that it is sorted by.</param>
    public void End(long atUs)
    {
        if (_length > ChunkLength - _used || _chunks.Count == 0)
        {
            _chunks.Add(GC.AllocateUninitializedArray<byte>(Math.Max(ChunkLength, _length)));
            _used = 0;
        }

        _row.AsSpan(0, _length).CopyTo(_chunks[^1].AsSpan(_used));
        _entries.Add(new Entry(atUs, _chunks.Count - 1, _used));
        _used += _length;
        _length = 0;
        _column = 0;
    }

    /// <summary>Puts them in their order.</summary>
    public void Sort() => _entries.Sort((a, b) =>
    {
        var order = a.AtUs.CompareTo(b.AtUs);
        return order != 0 || a == b ? order : string.CompareOrdinal(keyOf(CellsOf(a)), keyOf(CellsOf(b)));
    });

    private ReadOnlySpan<byte> CellsOf(Entry entry) => _chunks[entry.Chunk].AsSpan(entry.Offset);

    // A cell begins with its length: one octet, and four more when that does not hold it.
    private Span<byte> Room(int octets)
    {
        var needed = _length + 1 + sizeof(int) + octets;
        if (needed > _row.Length)
        {
            Array.Resize(ref _row, Math.Max(needed, _row.Length * 2));
        }

        return _row.AsSpan(_length + 1);
    }

    private PackedRows Close(int length)
    {
        var cell = _row.AsSpan(_length + 1, length);
        _widths[_column] = Math.Max(_widths[_column], WidthOf(cell));
        _column++;
        if (length >= byte.MaxValue)
        {
            cell.CopyTo(_row.AsSpan(_length + 1 + sizeof(int)));
            BitConverter.TryWriteBytes(_row.AsSpan(_length + 1), length);
            _row[_length] = byte.MaxValue;
            _length += 1 + sizeof(int) + length;
            return this;
        }

        _row[_length] = (byte)length;
        _length += 1 + length;
        return this;
    }

    private readonly record struct Entry(long AtUs, int Chunk, int Offset);
}
