namespace VoiceQuality.Sla.Accounts;

/// <summary>What is known of a call when its unit is looked up. A null is not known and matches nothing.</summary>
public sealed record CallFacts
{
    /// <summary>Where the first INVITE came from.</summary>
    public SignallingAddress? SignallingSource { get; init; }

    /// <summary>Where the first INVITE went.</summary>
    public SignallingAddress? SignallingDestination { get; init; }

    /// <summary>User part of the calling party's URI, as received.</summary>
    public string? CallerNumber { get; init; }

    /// <summary>User part of the called party's URI, as received.</summary>
    public string? CalleeNumber { get; init; }

    /// <summary>Host of From; a port is ignored.</summary>
    public string? CallerDomain { get; init; }

    /// <summary>Host of To; a port is ignored.</summary>
    public string? CalleeDomain { get; init; }

    /// <summary>Host of the request URI; a port is ignored.</summary>
    public string? RequestDomain { get; init; }

    /// <summary>
    /// Headers of the first INVITE by name. Names are compared as the dictionary compares them, so build it with
    /// <see cref="StringComparer.OrdinalIgnoreCase"/>.
    /// </summary>
    public IReadOnlyDictionary<string, string>? Headers { get; init; }
}

/// <summary>The unit of a call and why.</summary>
/// <param name="Unit">The unit, or <see cref="BusinessUnit.Unassigned"/>.</param>
/// <param name="Rule">The rule that decided; null when none matched.</param>
public readonly record struct UnitResolution(BusinessUnit Unit, UnitRule? Rule);
