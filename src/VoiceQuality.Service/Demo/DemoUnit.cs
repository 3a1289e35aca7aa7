using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Service.Demo;

/// <summary>How the rule of a unit knows its calls.</summary>
internal enum DemoRule
{
    Trunk,
    NumberRange,
    NumberPrefix,
    Domain,
    Header,
}

/// <summary>How a unit's calls sound in one month.</summary>
internal enum DemoQuality
{
    /// <summary>A clean path: no credit.</summary>
    Clean,

    /// <summary>A little loss: no credit.</summary>
    Good,

    /// <summary>Close to 3.9, where credits begin.</summary>
    Edge,

    /// <summary>3.5 to 3.9: 10 %.</summary>
    Fair,

    /// <summary>3.25 to 3.5: 30 %.</summary>
    Poor,

    /// <summary>3.0 to 3.25: 60 %.</summary>
    Bad,

    /// <summary>Below 3.0: 100 %.</summary>
    Broken,

    /// <summary>Calls are answered, and no media passes the capture point.</summary>
    Unmeasured,

    /// <summary>No call at all.</summary>
    Silent,
}

/// <summary>One business unit of the demonstration.</summary>
/// <param name="Number">0 to 255: its addresses and telephone numbers.</param>
/// <param name="UnitId">Id.</param>
/// <param name="Name">Name.</param>
/// <param name="Rule">How its calls are known.</param>
/// <param name="Past">Quality of last month.</param>
/// <param name="Current">Quality of this month.</param>
/// <param name="Codec">What it speaks.</param>
/// <param name="Weight">Calls in tenths of <see cref="DemoOptions.CallsPerUnitMonth"/>.</param>
internal sealed record DemoUnit(
    int Number,
    string UnitId,
    string Name,
    DemoRule Rule,
    DemoQuality Past,
    DemoQuality Current,
    SyntheticCodec Codec = SyntheticCodec.Pcmu,
    int Weight = 10)
{
    /// <summary>Domain of a unit that is known by it.</summary>
    public string Domain => $"{UnitId.ToLowerInvariant()}.example";

    /// <summary>Value of the header of a unit that is known by it.</summary>
    public string HeaderValue => UnitId.ToLowerInvariant();
}

/// <summary>One customer of the demonstration.</summary>
/// <param name="AccountId">Id.</param>
/// <param name="Name">Name.</param>
/// <param name="TimeZone">IANA zone.</param>
/// <param name="BillingDay">1 to 31.</param>
/// <param name="Units">Its units.</param>
internal sealed record DemoAccount(
    string AccountId, string Name, string TimeZone, int BillingDay, IReadOnlyList<DemoUnit> Units);
