namespace VoiceQuality.Service.Demo;

/// <summary>How the demonstration is made up.</summary>
internal sealed record DemoOptions
{
    /// <summary>All randomness comes from it.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Answered calls of one unit in one month, 10 to 1,000, before the unit's own weight.</summary>
    public int CallsPerUnitMonth { get; init; } = 50;

    /// <summary>Whether calls go on in real time once the past is filled in.</summary>
    public bool IsLive { get; init; } = true;
}
