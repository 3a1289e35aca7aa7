namespace VoiceQuality.Protocols.Sdp;

/// <summary>One payload type that RFC 3551 assigns for good.</summary>
/// <param name="PayloadType">0 to 34.</param>
/// <param name="EncodingName">The name as rtpmap would spell it.</param>
/// <param name="ClockRateHz">RTP timestamp ticks per second.</param>
/// <param name="Channels">Audio channels; 0 for video.</param>
public sealed record StaticPayloadType(byte PayloadType, string EncodingName, int ClockRateHz, int Channels)
{
    private readonly byte[] _name = System.Text.Encoding.ASCII.GetBytes(EncodingName);

    /// <summary><see cref="EncodingName"/> in ASCII.</summary>
    public ReadOnlySpan<byte> EncodingNameSpan => _name;
}

/// <summary>The static payload types of RFC 3551 §6, tables 4 and 5. G722 counts 8,000 ticks by §4.5.2.</summary>
public static class StaticPayloadTypes
{
    private static readonly StaticPayloadType[] Rows =
    [
        new(0, "PCMU", 8_000, 1),
        new(3, "GSM", 8_000, 1),
        new(4, "G723", 8_000, 1),
        new(5, "DVI4", 8_000, 1),
        new(6, "DVI4", 16_000, 1),
        new(7, "LPC", 8_000, 1),
        new(8, "PCMA", 8_000, 1),
        new(9, "G722", 8_000, 1),
        new(10, "L16", 44_100, 2),
        new(11, "L16", 44_100, 1),
        new(12, "QCELP", 8_000, 1),
        new(13, "CN", 8_000, 1),
        new(14, "MPA", 90_000, 0),
        new(15, "G728", 8_000, 1),
        new(16, "DVI4", 11_025, 1),
        new(17, "DVI4", 22_050, 1),
        new(18, "G729", 8_000, 1),
        new(25, "CelB", 90_000, 0),
        new(26, "JPEG", 90_000, 0),
        new(28, "nv", 90_000, 0),
        new(31, "H261", 90_000, 0),
        new(32, "MPV", 90_000, 0),
        new(33, "MP2T", 90_000, 0),
        new(34, "H263", 90_000, 0),
    ];

    private static readonly StaticPayloadType?[] ByNumber = Index();

    /// <summary>All rows in the order of their numbers.</summary>
    public static IReadOnlyList<StaticPayloadType> All => Rows;

    /// <summary>
    /// The row of <paramref name="payloadType"/>, or null when it is dynamic, reserved or unassigned.
    /// </summary>
    public static StaticPayloadType? Find(int payloadType) =>
        (uint)payloadType < (uint)ByNumber.Length ? ByNumber[payloadType] : null;

    private static StaticPayloadType?[] Index()
    {
        var table = new StaticPayloadType?[35];
        foreach (var row in Rows)
        {
            table[row.PayloadType] = row;
        }

        return table;
    }
}
