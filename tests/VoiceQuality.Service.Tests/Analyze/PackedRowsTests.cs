using System.Text;
using VoiceQuality.Service.Analyze;

namespace VoiceQuality.Service.Tests.Analyze;

public sealed class PackedRowsTests
{
    [Fact]
    public void Cells_of_any_length_come_back_and_their_widths_are_characters()
    {
        // 254 octets fit one octet of length, 255 and more take five; "é" is two octets, the sign of a face four.
        string[] texts = ["", "a", new('b', 254), new('c', 255), new('d', 70_000), "Zoé", "\U0001F600"];
        var rows = new PackedRows(2, static _ => "");
        foreach (var text in texts)
        {
            rows.Add(text).Add(1_234.5, "0.00").End(0);
        }

        for (var i = 0; i < texts.Length; i++)
        {
            var cells = rows[i];
            Assert.Equal(texts[i], Encoding.UTF8.GetString(PackedRows.Next(ref cells)));
            Assert.Equal("1234.50", Encoding.UTF8.GetString(PackedRows.Next(ref cells)));
        }

        Assert.Equal([70_000, 7], rows.Widths.ToArray());
        Assert.Equal(3, PackedRows.WidthOf("Zoé"u8));
    }

    [Fact]
    public void Rows_of_many_chunks_are_sorted_by_time_and_then_by_key()
    {
        var random = new Random(9);
        var rows = new PackedRows(1, static cells => Encoding.UTF8.GetString(PackedRows.Next(ref cells)));
        var expected = new List<(long At, string Text)>();
        for (var i = 0; i < 3_000; i++)
        {
            // 3,000 rows of about 1,000 octets: three chunks of a mebioctet.
            var row = (At: random.NextInt64(50), Text: random.Next().ToString("x8") + new string('x', 1_000));
            expected.Add(row);
            rows.Add(row.Text).End(row.At);
        }

        expected.Sort(static (a, b) => a.At != b.At ? a.At.CompareTo(b.At) : string.CompareOrdinal(a.Text, b.Text));
        rows.Sort();
        Assert.Equal(expected, Enumerable.Range(0, rows.Count).Select(i =>
        {
            var cells = rows[i];
            return (rows.AtUs(i), Encoding.UTF8.GetString(PackedRows.Next(ref cells)));
        }));
    }

    [Fact]
    public void A_number_longer_than_any_is_kept_whole()
    {
        var rows = new PackedRows(1, static _ => "");
        rows.Add(1e300, "0").End(0);
        var cells = rows[0];
        Assert.Equal("1" + new string('0', 300), Encoding.UTF8.GetString(PackedRows.Next(ref cells)));
    }
}
