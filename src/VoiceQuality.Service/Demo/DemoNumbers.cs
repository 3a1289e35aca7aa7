using System.Globalization;

namespace VoiceQuality.Service.Demo;

/// <summary>
/// Telephone numbers of the demonstration. All are of the invented area code 555, with exchanges that a numbering plan
/// would allow, so that calls can be rated.
/// </summary>
internal static class DemoNumbers
{
    /// <summary>Lines of a unit.</summary>
    public const int LinesPerUnit = 100;

    /// <summary>Toll-free numbers of a unit whose calls are rated.</summary>
    public const int TollFreeLines = 3;

    /// <summary>Area code of everybody.</summary>
    public const string AreaCode = "555";

    private const int FirstOwnExchange = 520;
    private const int FirstOutsideExchange = 720;
    private const int OutsideExchanges = 12;

    /// <summary>Exchanges of people outside, three digits each.</summary>
    public static IEnumerable<int> OutsideExchangeCodes => Enumerable.Range(FirstOutsideExchange, OutsideExchanges);

    /// <summary>Exchange of a unit.</summary>
    public static int ExchangeOf(int unitNumber) => FirstOwnExchange + unitNumber;

    /// <summary>A number of a unit.</summary>
    /// <param name="unitNumber">0 to 255.</param>
    /// <param name="line">0 to 9,999; only the first <see cref="LinesPerUnit"/> make calls.</param>
    public static string Own(int unitNumber, int line) => Format(ExchangeOf(unitNumber), line);

    /// <summary>The first digits of all numbers of a unit.</summary>
    public static string PrefixOf(int unitNumber) => Own(unitNumber, 0)[..^4];

    /// <summary>A toll-free number of a unit.</summary>
    /// <param name="unitNumber">0 to 99.</param>
    /// <param name="line">0 to <see cref="TollFreeLines"/> less one.</param>
    public static string TollFree(int unitNumber, int line) =>
        string.Create(CultureInfo.InvariantCulture, $"+1888555{unitNumber:D2}{line:D2}");

    /// <summary>A number of somebody outside.</summary>
    /// <param name="line">0 to 9,999.</param>
    public static string Outside(int line) => Format(FirstOutsideExchange + (line % OutsideExchanges), line);

    private static string Format(int exchange, int line) =>
        string.Create(CultureInfo.InvariantCulture, $"+1{AreaCode}{exchange:D3}{line:D4}");
}
