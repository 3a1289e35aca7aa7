namespace VoiceQuality.Service.Telemetry;

/// <summary>Words of labels: members of closed enums, in camel case like the rest of what the service writes.</summary>
internal static class MetricNames
{
    public const string MeterName = "VoiceQuality";

    /// <summary>"NoMedia" as "noMedia".</summary>
    public static string Of<TEnum>(TEnum value)
        where TEnum : struct, Enum => Names<TEnum>.ByValue.GetValueOrDefault(value, "other");

    private static class Names<TEnum>
        where TEnum : struct, Enum
    {
        public static readonly Dictionary<TEnum, string> ByValue = Enum.GetValues<TEnum>().Distinct()
            .ToDictionary(v => v, v => char.ToLowerInvariant(v.ToString()[0]) + v.ToString()[1..]);
    }
}
