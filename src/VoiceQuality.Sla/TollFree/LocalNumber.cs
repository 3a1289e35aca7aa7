namespace VoiceQuality.Sla.TollFree;

/// <summary>What was attempted on a Local Number.</summary>
public enum LocalNumberUse
{
    /// <summary>An inbound call.</summary>
    Inbound,

    /// <summary>An outbound call.</summary>
    Outbound,

    /// <summary>A call to the emergency service.</summary>
    Emergency,

    /// <summary>A collect call.</summary>
    Collect,

    /// <summary>A fax.</summary>
    Fax,
}

/// <summary>What the NOC is told.</summary>
public enum LocalNumberAlarm
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>A use that the contract does not know was seen on the wire.</summary>
    UseNotSupported,

    /// <summary>Somebody tried to reach the emergency service: a person may be in danger.</summary>
    EmergencyAttempt,
}

/// <summary>Whether a Local Number may be used so.</summary>
/// <param name="IsAccepted">Whether it may.</param>
/// <param name="Alarm">What the NOC is told when it is seen on the wire.</param>
public readonly record struct LocalNumberDecision(bool IsAccepted, LocalNumberAlarm Alarm);

/// <summary>Local Numbers are inbound only: no outbound, emergency, collect or fax .</summary>
public static class LocalNumber
{
    /// <summary>Decides on one use.</summary>
    public static LocalNumberDecision Decide(LocalNumberUse use) => use switch
    {
        LocalNumberUse.Inbound => new LocalNumberDecision(true, LocalNumberAlarm.None),
        LocalNumberUse.Emergency => new LocalNumberDecision(false, LocalNumberAlarm.EmergencyAttempt),
        LocalNumberUse.Outbound or LocalNumberUse.Collect or LocalNumberUse.Fax =>
            new LocalNumberDecision(false, LocalNumberAlarm.UseNotSupported),
        _ => throw new ArgumentOutOfRangeException(nameof(use), use, "Not a use of a Local Number."),
    };
}
