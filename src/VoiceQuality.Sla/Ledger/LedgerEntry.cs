using System.Text;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Sla.Ledger;

/// <summary>What an entry is for.</summary>
public enum LedgerEntryKind
{
    /// <summary>Credit for the average score of a unit's month .</summary>
    MosCredit,

    /// <summary>Credit for days on which a component failed .</summary>
    OutageCredit,

    /// <summary>Credit that no rule requires.</summary>
    GoodwillCredit,

    /// <summary>A charge; its amount is negative, for it is against the customer.</summary>
    Charge,
}

/// <summary>Whether an entry moves money yet.</summary>
public enum LedgerEntryState
{
    /// <summary>It counts.</summary>
    Posted,

    /// <summary>
    /// It takes something from the customer and waits for a second person. It does not count yet.
    /// </summary>
    PendingSecondApproval,
}

/// <summary>What an entry says cannot be; a ledger takes no such entry.</summary>
public enum LedgerEntryFault
{
    /// <summary>A text is empty, longer than 128 characters, or has control characters.</summary>
    TextIsUnusable,

    /// <summary>The amount has fractions of a cent.</summary>
    AmountHasFractionsOfACent,

    /// <summary>The amount is beyond 10¹² US dollars.</summary>
    AmountIsTooLarge,

    /// <summary>The state or kind is not one of the closed enum.</summary>
    UnknownName,

    /// <summary>Something is taken from the customer without a second person.</summary>
    NoSecondPerson,

    /// <summary>The person who approved is the one who posted.</summary>
    ApprovedByItsActor,

    /// <summary>A pending entry has an approver, or takes nothing from the customer.</summary>
    PendingWithoutNeed,
}

/// <summary>What is claimed: there is one first posting for it, and every later one corrects the one before.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="ServiceMonth">The month of service.</param>
/// <param name="Kind">What it is for.</param>
/// <param name="ComponentId">The component; null where it is for the unit.</param>
public sealed record ClaimKey(
    string AccountId, string UnitId, ServiceMonth ServiceMonth, LedgerEntryKind Kind, string? ComponentId = null);

/// <summary>
/// One line of the ledger: added once, never changed, never removed. Amounts are in the customer's favour, so a
/// credit is positive and a decrease negative.
/// </summary>
/// <remarks>
/// A pending decrease does not count. Its approval is an entry of its own: the same amount, posted, by the same actor,
/// with the approver's name, and it corrects the pending one. So the sum of the posted entries is always what the
/// customer has.
/// </remarks>
public sealed record LedgerEntry
{
    /// <summary>The largest amount either way, US dollars.</summary>
    public const decimal LargestAmount = 1_000_000_000_000m;

    private const int LongestText = 128;

    private static readonly InstantPattern TimePattern =
        InstantPattern.CreateWithInvariantCulture("uuuu-MM-dd'T'HH:mm:ss.ffffff'Z'");

    /// <summary>Name of the entry, given by whoever posts it; posting it again changes nothing.</summary>
    public required string Id { get; init; }

    /// <summary>What it is for.</summary>
    public required ClaimKey Claim { get; init; }

    /// <summary>The month with which billing pulls it; not the month of service.</summary>
    public required ServiceMonth PostingPeriod { get; init; }

    /// <summary>US dollars in the customer's favour, whole cents, −10¹² to 10¹².</summary>
    public required decimal Amount { get; init; }

    /// <summary>Version of the policy by which it was decided.</summary>
    public required string PolicyVersion { get; init; }

    /// <summary>Digest of what it was decided on.</summary>
    public required string EvidenceDigest { get; init; }

    /// <summary>The entry before it on the same claim; null for the first.</summary>
    public string? Corrects { get; init; }

    /// <summary>Whether it counts.</summary>
    public required LedgerEntryState State { get; init; }

    /// <summary>Who posted it: an account of a person or of a program, never a name.</summary>
    public required string Actor { get; init; }

    /// <summary>The other person who approved a decrease; null when nobody had to.</summary>
    public string? Approver { get; init; }

    /// <summary>When it was posted, UTC, to the microsecond.</summary>
    public required Instant PostedAt { get; init; }

    /// <summary>The entry as text, one "name=value" a line in a fixed order; what the chain hashes.</summary>
    /// <remarks>
    /// No value has a line feed, and none that is present is empty, so two entries never read the same.
    /// </remarks>
    public string CanonicalText
    {
        get
        {
            var text = new StringBuilder(512);
            Append("id", Id);
            Append("account", Claim.AccountId);
            Append("unit", Claim.UnitId);
            Append("component", Claim.ComponentId);
            Append("posting_period", PostingPeriod.ToString());
            Append("service_month", Claim.ServiceMonth.ToString());
            Append("kind", WireName.Of(Claim.Kind));
            Append("amount", Money.Format(Amount));
            Append("policy_version", PolicyVersion);
            Append("evidence_digest", EvidenceDigest);
            Append("corrects", Corrects);
            Append("state", WireName.Of(State));
            Append("actor", Actor);
            Append("approver", Approver);
            Append("posted_at", TimePattern.Format(PostedAt));
            return text.ToString();

            void Append(string name, string? value) => text.Append(name).Append('=').Append(value).Append('\n');
        }
    }

    /// <summary>What about the entry cannot be; null when a ledger may take it.</summary>
    public LedgerEntryFault? FindFault()
    {
        if (!IsText(Id) || !IsText(Claim.AccountId) || !IsText(Claim.UnitId) || !IsOptionalText(Claim.ComponentId)
            || !IsText(PolicyVersion) || !IsText(EvidenceDigest) || !IsOptionalText(Corrects) || !IsText(Actor)
            || !IsOptionalText(Approver))
        {
            return LedgerEntryFault.TextIsUnusable;
        }

        if (!Enum.IsDefined(State) || !Enum.IsDefined(Claim.Kind))
        {
            return LedgerEntryFault.UnknownName;
        }

        if (Math.Abs(Amount) > LargestAmount)
        {
            return LedgerEntryFault.AmountIsTooLarge;
        }

        if (Amount != Money.RoundToCents(Amount))
        {
            return LedgerEntryFault.AmountHasFractionsOfACent;
        }

        if (Approver == Actor)
        {
            return LedgerEntryFault.ApprovedByItsActor;
        }

        if (State == LedgerEntryState.PendingSecondApproval)
        {
            return Approver is not null || Amount >= 0 ? LedgerEntryFault.PendingWithoutNeed : null;
        }

        var isFirstCharge = Claim.Kind == LedgerEntryKind.Charge && Corrects is null;
        return Amount < 0 && Approver is null && !isFirstCharge ? LedgerEntryFault.NoSecondPerson : null;
    }

    private static bool IsOptionalText(string? text) => text is null || IsText(text);

    private static bool IsText(string? text) =>
        text is { Length: >= 1 and <= LongestText } && !text.Any(char.IsControl) && !text.Any(char.IsSurrogate);
}
