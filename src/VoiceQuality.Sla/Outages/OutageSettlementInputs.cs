using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Outages;

/// <summary>What one message of the customer said of one failure, as far as it has come.</summary>
/// <param name="ComponentId">The component; null when not told.</param>
/// <param name="Date">The date; null when not told.</param>
/// <param name="Begin">Approximate begin in the account's zone; null when not told.</param>
/// <param name="End">Approximate end; null when not told, or when it goes on.</param>
/// <param name="IsOngoing">Whether it goes on .</param>
public sealed record OutageItem(
    string? ComponentId, LocalDate? Date, LocalDateTime? Begin, LocalDateTime? End, bool IsOngoing)
{
    /// <summary>Whether begin and end are told.</summary>
    public bool HasTimes => Begin is not null && (End is not null || IsOngoing);

    /// <summary>Whether the date is told, by itself or with the begin.</summary>
    public bool HasDate => Date is not null || Begin is not null;

    /// <summary>This item with what another message adds. What was told before stays.</summary>
    public OutageItem With(OutageItem later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return new OutageItem(
            ComponentId ?? later.ComponentId, Date ?? later.Date, Begin ?? later.Begin,
            HasTimes ? End : End ?? later.End, IsOngoing || (End is null && later.IsOngoing));
    }

    /// <summary>Whether another message says something else of what was told before.</summary>
    public bool Contradicts(OutageItem later)
    {
        ArgumentNullException.ThrowIfNull(later);
        return (ComponentId is not null && later.ComponentId is not null && ComponentId != later.ComponentId)
            || (Date is not null && later.Date is not null && Date != later.Date)
            || (Begin is not null && later.Begin is not null && Begin != later.Begin)
            || (End is not null && later.End is not null && End != later.End)
            || (End is not null && later.IsOngoing) || (IsOngoing && later.End is not null);
    }
}

/// <summary>One message of the customer: when it came and what it said of each failure, in order.</summary>
/// <param name="At">When it was received.</param>
/// <param name="Items">The failures; null members were not told in it.</param>
public sealed record OutageMessage(Instant At, ImmutableArray<OutageItem> Items);

/// <summary>Everything that a decision on a request for outage credits depends on.</summary>
public sealed record OutageSettlementInputs
{
    /// <summary>Name of the claim.</summary>
    public required string ClaimId { get; init; }

    /// <summary>The account.</summary>
    public required string AccountId { get; init; }

    /// <summary>The account's months and zones.</summary>
    public required AccountCalendar Calendar { get; init; }

    /// <summary>
    /// Whether an item over several dates means the one failure that it tells of; false for what was decided
    /// before this was asked.
    /// </summary>
    public bool IsOneFailureAnItem { get; init; }

    /// <summary>Version of the time zone database.</summary>
    public string TimeZoneDatabaseVersion { get; init; } = TimeZones.DatabaseVersion;

    /// <summary>The messages, oldest first; the first is the request.</summary>
    public required ImmutableArray<OutageMessage> Messages { get; init; }

    /// <summary>When it is decided.</summary>
    public required Instant AsOf { get; init; }

    /// <summary>
    /// The policies in force from a month on, earliest first; the first is for everything before too.
    /// </summary>
    public required ImmutableArray<(ServiceMonth From, ContractPolicy Policy)> Policies { get; init; }

    /// <summary>The components that are asked for.</summary>
    public required ImmutableArray<ComponentFacts> Components { get; init; }

    /// <summary>Digest of the reference data in force; null where there are none.</summary>
    public string? ReferenceDigest { get; init; }

    /// <summary>What the messages say together.</summary>
    public ImmutableArray<OutageItem> Items => Merge(Messages);

    /// <summary>The policy in force in a month of service.</summary>
    public ContractPolicy PolicyOf(ServiceMonth month)
    {
        var policy = Policies[0].Policy;
        foreach (var (from, next) in Policies)
        {
            if (from <= month)
            {
                policy = next;
            }
        }

        return policy;
    }

    /// <summary>The policy in force at an instant.</summary>
    public ContractPolicy PolicyAt(Instant instant) => PolicyOf(Calendar.MonthOf(instant));

    /// <summary>
    /// Which elements came when. An element has come when every failure has it. The portal takes name and
    /// account from the login.
    /// </summary>
    public IReadOnlyList<RequestArrival> Arrivals()
    {
        var arrivals = new List<RequestArrival>();
        for (var i = 0; i < Messages.Length; i++)
        {
            var items = Merge(Messages[..(i + 1)]);
            List<RequestElement> elements = [];
            if (items.Length > 0)
            {
                AddIf(elements, RequestElement.Dates, items.All(item => item.HasDate));
                AddIf(elements, RequestElement.BeginEndTimes, items.All(item => item.HasTimes));
                AddIf(elements, RequestElement.Components, items.All(item => item.ComponentId is not null));
            }

            arrivals.Add(new RequestArrival(Messages[i].At, elements, IsPortal: true));
        }

        return arrivals;
    }

    private static void AddIf(List<RequestElement> elements, RequestElement element, bool isTold)
    {
        if (isTold)
        {
            elements.Add(element);
        }
    }

    private static ImmutableArray<OutageItem> Merge(ImmutableArray<OutageMessage> messages)
    {
        var items = new List<OutageItem>();
        foreach (var message in messages)
        {
            for (var i = 0; i < message.Items.Length; i++)
            {
                if (i < items.Count)
                {
                    items[i] = items[i].With(message.Items[i]);
                }
                else
                {
                    items.Add(message.Items[i]);
                }
            }
        }

        return [.. items];
    }
}
