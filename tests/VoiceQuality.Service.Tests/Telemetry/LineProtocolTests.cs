using System.Text;
using VoiceQuality.Service.Telemetry.Influx;

namespace VoiceQuality.Service.Tests.Telemetry;

public sealed class LineProtocolTests
{
    private readonly LineProtocol _lines = new();

    private string Text => Encoding.UTF8.GetString(_lines.Lines);

    [Fact]
    public void A_point_has_measurement_tags_fields_and_time()
    {
        _lines.Begin("vq_call");
        _lines.Tag("unit", "U-1");
        _lines.Field("mos", 4.25);
        _lines.Field("count", 1L);
        _lines.Field("note", "a \"b\" \\c");
        Assert.True(_lines.End(1_700_000_000_000_000_001));

        Assert.Equal("vq_call,unit=U-1 mos=4.25,count=1i,note=\"a \\\"b\\\" \\\\c\" 1700000000000000001\n", Text);
    }

    // InfluxDB 1.x line protocol reference, special characters: comma and space in measurements; comma, equals sign and
    // space in tag keys, tag values and field keys.
    [Theory]
    [InlineData("a,b", "a\\,b")]
    [InlineData("a b", "a\\ b")]
    [InlineData("a=b", "a\\=b")]
    [InlineData("a\nb", "a_b")]
    [InlineData("a\\", "a_")]
    [InlineData("ü", "ü")]
    public void Tag_values_are_escaped(string value, string expected)
    {
        _lines.Begin("m");
        _lines.Tag("t", value);
        _lines.Field("f", 1L);
        _lines.End(5);
        Assert.Equal($"m,t={expected} f=1i 5\n", Text);
    }

    [Fact]
    public void What_line_protocol_cannot_hold_is_left_out()
    {
        _lines.Begin("m");
        _lines.Tag("empty", "");
        _lines.Tag("none", null);
        _lines.Field("nan", double.NaN);
        _lines.Field("infinite", double.PositiveInfinity);
        _lines.Field("unknown", (long?)null);
        Assert.False(_lines.End(5));
        Assert.Equal(0, _lines.Points);
        Assert.Equal("", Text);
    }
}
