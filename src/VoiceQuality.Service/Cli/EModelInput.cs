using System.Globalization;
using VoiceQuality.Quality.EModel;

namespace VoiceQuality.Service.Cli;

/// <summary>What holds for a row that does not say it itself.</summary>
internal sealed record EModelDefaults(string Model, string Policy, string DelayClass);

/// <summary>One parameter of G.107 Table 3: its symbol, default and meaning.</summary>
internal sealed record EModelColumn(string Symbol, double Default, string Description);

/// <summary>
/// The parameters of one evaluation by symbol. What is no number is NaN, which every model refuses by name.
/// </summary>
internal sealed class EModelInput(Func<string, double> value)
{
    private static readonly NarrowbandParameters Defaults = NarrowbandParameters.Default;

    /// <summary>All parameters in the order of Table 3 as the reference vectors have it.</summary>
    public static IReadOnlyList<EModelColumn> Columns { get; } =
    [
        new("SLR", Defaults.SLR, "Send loudness rating, dB, 0 to 18."),
        new("RLR", Defaults.RLR, "Receive loudness rating, dB, -5 to 14."),
        new("STMR", Defaults.STMR, "Sidetone masking rating, dB, 10 to 20."),
        new("LSTR", Defaults.LSTR, "Listener sidetone rating, dB, 13 to 23."),
        new("Ds", Defaults.Ds, "D-value of the telephone, send side, -3 to 3."),
        new("Dr", Defaults.Dr, "D-value of the telephone, receive side, -3 to 3."),
        new("TELR", Defaults.TELR, "Talker echo loudness rating, dB, 5 to 65."),
        new("WEPL", Defaults.WEPL, "Weighted echo path loss, dB, 5 to 110."),
        new("T", Defaults.T, "Mean one-way delay of the echo path, ms, 0 to 500."),
        new("Tr", Defaults.Tr, "Round-trip delay in a four-wire loop, ms, 0 to 1000."),
        new("Ta", Defaults.Ta, "Absolute one-way delay, ms, 0 to 500."),
        new("qdu", Defaults.Qdu, "Quantization distortion units, 1 to 14."),
        new("Ie", Defaults.Ie, "Equipment impairment factor of the codec, 0 to 40."),
        new("Bpl", Defaults.Bpl, "Packet-loss robustness factor, 4.3 to 40."),
        new("Ppl", Defaults.Ppl, "Lost and discarded packets, percent, 0 to 20."),
        new("BurstR", Defaults.BurstR, "Burst ratio, 1 to 8."),
        new("Nc", Defaults.Nc, "Circuit noise at the 0 dBr point, dBm0p, -80 to -40."),
        new("Nfor", Defaults.Nfor, "Noise floor at the receive side, dBmp."),
        new("Ps", Defaults.Ps, "Room noise at the send side, dB(A), 35 to 85."),
        new("Pr", Defaults.Pr, "Room noise at the receive side, dB(A), 35 to 85."),
        new("A", Defaults.A, "Advantage factor, 0 to 20."),
    ];

    /// <summary>The parameters that G.107.1 and G.107.2 have too.</summary>
    public static IReadOnlyList<string> WidebandSymbols { get; } =
        ["TELR", "WEPL", "T", "Tr", "Ta", "Ie", "Bpl", "Ppl", "BurstR"];

    public static bool IsWideband(string symbol) => WidebandSymbols.Contains(symbol);

    public static double DefaultOf(string symbol) => Columns.First(column => column.Symbol == symbol).Default;

    /// <summary>A decimal number with a point, in UTF-8, or NaN.</summary>
    public static double Parse(ReadOnlySpan<byte> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    /// <summary>A decimal number with a point, or NaN.</summary>
    public static double Parse(ReadOnlySpan<char> text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN;

    public NarrowbandParameters ToNarrowband(DelayClass delayClass) => new()
    {
        SLR = value("SLR"),
        RLR = value("RLR"),
        STMR = value("STMR"),
        LSTR = value("LSTR"),
        Ds = value("Ds"),
        Dr = value("Dr"),
        TELR = value("TELR"),
        WEPL = value("WEPL"),
        T = value("T"),
        Tr = value("Tr"),
        Ta = value("Ta"),
        Qdu = value("qdu"),
        Ie = value("Ie"),
        Bpl = value("Bpl"),
        Ppl = value("Ppl"),
        BurstR = value("BurstR"),
        Nc = value("Nc"),
        Nfor = value("Nfor"),
        Ps = value("Ps"),
        Pr = value("Pr"),
        A = value("A"),
        DelayClass = delayClass,
    };

    public WidebandParameters ToWideband() => new()
    {
        TELR = value("TELR"),
        WEPL = value("WEPL"),
        T = value("T"),
        Tr = value("Tr"),
        Ta = value("Ta"),
        Ie = value("Ie"),
        Bpl = value("Bpl"),
        Ppl = value("Ppl"),
        BurstR = value("BurstR"),
    };
}
