namespace VoiceQuality.Service.Hosting;

/// <summary>The account book.</summary>
internal sealed class AccountOptions
{
    public const string SectionName = "Accounts";

    /// <summary>JSON document of accounts, units and rules, read at start-up; null keeps what is stored.</summary>
    public string? File { get; set; }
}

/// <summary>What the contract is applied with.</summary>
internal sealed class ReferenceOptions
{
    public const string SectionName = "Reference";

    /// <summary>Folder of CSV files named by their kind, imported at start-up; null keeps what is stored.</summary>
    public string? Folder { get; set; }
}

/// <summary>What the billing system billed.</summary>
internal sealed class UsageOptions
{
    public const string SectionName = "Usage";

    /// <summary>CSV files that are imported at start-up, in this order.</summary>
    public List<string> Files { get; set; } = [];
}

/// <summary>Codec rows of the operator's own.</summary>
internal sealed class CodecsOptions
{
    public const string SectionName = "Codecs";

    /// <summary>Codec table in the format of the built-in one, in its place; null for the built-in one.</summary>
    public string? File { get; set; }
}

/// <summary>How counters become scores.</summary>
internal sealed class ScoringOptions
{
    public const string SectionName = "Scoring";

    /// <summary>Scoring policy, as <c>rescore --show</c> writes one; null for the settings of the monitor.</summary>
    public string? File { get; set; }
}
