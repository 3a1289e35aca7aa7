namespace VoiceQuality.Sla.Accounts;

/// <summary>Which party of the call a rule looks at.</summary>
public enum RuleSide
{
    /// <summary>Either party; weaker than a rule for one of them.</summary>
    Either,

    /// <summary>The calling party: source address, calling number, domain of From.</summary>
    Caller,

    /// <summary>The called party: destination address, called number, domain of To or of the request.</summary>
    Callee,
}

/// <summary>What a rule compares.</summary>
public abstract record UnitMatch
{
    private UnitMatch()
    {
    }

    /// <summary>The signalling address lies in a block.</summary>
    public sealed record Trunk(IpPrefix Prefix) : UnitMatch;

    /// <summary>The number begins with these digits.</summary>
    /// <param name="Digits">1 to 15 digits without plus, country code first.</param>
    public sealed record NumberPrefix(string Digits) : UnitMatch;

    /// <summary>The number lies between two of the same length, both included.</summary>
    public sealed record NumberRange(PhoneNumber From, PhoneNumber To) : UnitMatch;

    /// <summary>The SIP domain is this one, whatever its case.</summary>
    public sealed record Domain(string Host) : UnitMatch;

    /// <summary>A header of the first request has exactly this value.</summary>
    public sealed record Header(string Name, string Value) : UnitMatch;
}

/// <summary>Says which calls are a unit's.</summary>
/// <param name="RuleId">Opaque id, one of a kind.</param>
/// <param name="UnitId">The unit.</param>
/// <param name="Priority">0 to 1,000,000; the lowest number that matches decides.</param>
/// <param name="Side">Which party it looks at; <see cref="RuleSide.Either"/> for a header.</param>
/// <param name="Match">What it compares.</param>
public sealed record UnitRule(string RuleId, string UnitId, int Priority, RuleSide Side, UnitMatch Match);
