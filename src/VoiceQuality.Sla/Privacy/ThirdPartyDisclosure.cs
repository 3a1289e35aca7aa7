namespace VoiceQuality.Sla.Privacy;

/// <summary>To whom, or for what, data of a customer would go outside .</summary>
public enum DisclosureKind
{
    /// <summary>To a contractor, for the service the customer has.</summary>
    Service,

    /// <summary>To a contractor, for marketing.</summary>
    Marketing,

    /// <summary>To a new carrier of the customer.</summary>
    NewCarrier,

    /// <summary>To a court or agency, because the law compels it.</summary>
    LegalProcess,

    /// <summary>For money.</summary>
    Sale,
}

/// <summary>Why a disclosure is refused.</summary>
public enum DisclosureRefusal
{
    /// <summary>Data of a customer are never sold.</summary>
    NeverSold,

    /// <summary>No confidentiality agreement is recorded.</summary>
    AgreementRequired,

    /// <summary>The customer has not opted in.</summary>
    OptInRequired,

    /// <summary>The customer has not authorised it expressly and in writing.</summary>
    WrittenAuthorizationRequired,

    /// <summary>Two different people must approve it.</summary>
    SecondApproverRequired,
}

/// <summary>A disclosure that somebody wants to make.</summary>
/// <param name="Kind">To whom or for what.</param>
/// <param name="AgreementId">The confidentiality agreement that limits the purpose; null when there is none.</param>
/// <param name="HasOptIn">
/// Whether the customer's approval stands: <see cref="ConsentHistory.MayUseForMarketing"/>.
/// </param>
/// <param name="WrittenAuthorizationId">The customer's express written authorization; null when there is none.</param>
/// <param name="FirstApprover">Who approved it.</param>
/// <param name="SecondApprover">Who else approved it.</param>
public sealed record Disclosure(
    DisclosureKind Kind,
    string? AgreementId = null,
    bool HasOptIn = false,
    string? WrittenAuthorizationId = null,
    string? FirstApprover = null,
    string? SecondApprover = null)
{
    /// <summary>Why it must not be made; null when it may.</summary>
    public DisclosureRefusal? Refusal => Kind switch
    {
        DisclosureKind.Service when IsBlank(AgreementId) => DisclosureRefusal.AgreementRequired,
        DisclosureKind.Service => null,
        DisclosureKind.Marketing when IsBlank(AgreementId) => DisclosureRefusal.AgreementRequired,
        DisclosureKind.Marketing when !HasOptIn => DisclosureRefusal.OptInRequired,
        DisclosureKind.Marketing => null,
        DisclosureKind.NewCarrier when IsBlank(WrittenAuthorizationId) => DisclosureRefusal.WrittenAuthorizationRequired,
        DisclosureKind.NewCarrier => null,
        DisclosureKind.LegalProcess when !SecondPerson.IsAnother(FirstApprover, SecondApprover) =>
            DisclosureRefusal.SecondApproverRequired,
        DisclosureKind.LegalProcess => null,
        _ => DisclosureRefusal.NeverSold,
    };

    private static bool IsBlank(string? text) => string.IsNullOrWhiteSpace(text);
}

/// <summary>
/// Where two people are needed: a marketing campaign, legal process, a decrease.
/// </summary>
public static class SecondPerson
{
    /// <summary>Whether both are known and not the same.</summary>
    public static bool IsAnother(string? first, string? second) =>
        !string.IsNullOrWhiteSpace(first)
        && !string.IsNullOrWhiteSpace(second)
        && !string.Equals(first.Trim(), second.Trim(), StringComparison.OrdinalIgnoreCase);
}
