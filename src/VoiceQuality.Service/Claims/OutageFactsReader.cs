using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Service.Policies;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.TollFree;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>Reads all that a decision on outage credits depends on, as it is stored now.</summary>
internal sealed class OutageFactsReader(
    IOutageRecords outages, IAccountBookSource books, PolicyDirectory policies, ReferenceDirectory references)
{
    /// <summary>The unit under which credits of a component are posted that serves the whole account.</summary>
    public const string WholeAccount = "_account";

    // A claimed time may be off by the policy's tolerance, and a date told alone by its zone.
    private static readonly Duration Margin = Duration.FromDays(2);

    /// <summary>
    /// Whether an account can claim for a component: it has it, or its components are not known at all, so that a
    /// person finds out. What another account has is not told from what there is not.
    /// </summary>
    public async Task<bool> MayHaveAsync(
        string accountId, string componentId, CancellationToken cancellationToken)
    {
        var reference = await references.GetAsync(cancellationToken);
        return reference.FindComponent(componentId)?.AccountId == accountId
            || !reference.ComponentsOf(accountId).Any();
    }

    /// <summary>Reads it within a transaction of the ledger.</summary>
    /// <param name="transaction">The transaction.</param>
    /// <param name="claimId">Name of the claim or restatement.</param>
    /// <param name="accountId">The account.</param>
    /// <param name="messages">The customer's messages; none for a restatement.</param>
    /// <param name="componentIds">The components.</param>
    /// <param name="leaveOut">A claim whose own acceptances are not read, for it is decided again; null for
    /// none.</param>
    /// <param name="asOf">When it is decided.</param>
    /// <param name="cancellationToken">Stops the reading.</param>
    public async Task<OutageSettlementInputs> ReadAsync(
        LedgerTransaction transaction,
        string claimId,
        string accountId,
        ImmutableArray<OutageMessage> messages,
        IEnumerable<string> componentIds,
        string? leaveOut,
        Instant asOf,
        CancellationToken cancellationToken)
    {
        var calendar = books.Book.FindAccount(accountId)!.Calendar;
        var policyBook = await policies.GetAsync(cancellationToken);
        var reference = await references.GetAsync(cancellationToken);
        var bar = TollFreeBar.Of(
            reference.TollFreeNumbersOf(accountId), policyBook.InForce(accountId, calendar.MonthOf(asOf)), asOf);
        var inputs = new OutageSettlementInputs
        {
            ClaimId = claimId,
            AccountId = accountId,
            Calendar = calendar,
            Messages = messages,
            AsOf = asOf,
            IsOneFailureAnItem = true,
            Policies = [(calendar.MonthOf(asOf), policyBook.InForce(accountId, calendar.MonthOf(asOf)))],
            Components = [],
            ReferenceDigest = reference.Digest,
        };
        var claimed = inputs.Items.Where(item => item.HasDate)
            .Select(item => (item.Begin?.Date ?? item.Date!.Value).AtMidnight().InUtc().ToInstant() - Margin).ToList();
        var earliest = claimed.Count > 0 ? Instant.Min(claimed.Min(), asOf) : asOf;
        var components = ImmutableArray.CreateBuilder<ComponentFacts>();
        foreach (var componentId in componentIds.Distinct().Order(StringComparer.Ordinal))
        {
            var accepted = (await OutageClaimRepository.ReadAcceptedAsync(
                transaction, accountId, componentId, cancellationToken)).Where(one => one.ClaimId != leaveOut).ToList();
            foreach (var one in accepted.Where(one => one.Failure is not null))
            {
                earliest = Instant.Min(earliest, one.Failure!.Time.Start);
            }

            var posted = await transaction.ReadComponentAsync(accountId, componentId, cancellationToken);
            var record = earliest < asOf
                ? await outages.ReadAsync(accountId, componentId, new Interval(earliest, asOf), cancellationToken)
                : new OutageRecord([], [], []);
            var component = reference.FindComponent(componentId);
            var isKnown = component is not null && component.AccountId == accountId;
            components.Add(new ComponentFacts
            {
                ComponentId = componentId,

                // A component may move to another unit; what is posted for it stays one claim.
                UnitId = posted.Count > 0 ? posted[0].Claim.UnitId
                    : isKnown ? component!.UnitId ?? WholeAccount
                    : WholeAccount,
                IsKnown = isKnown,
                IsBarred = bar.BarsComponent(componentId),
                Mrc = isKnown ? reference.MrcOf(componentId) : null,
                MrcBilled = isKnown
                    ? reference.BilledMrcOf(componentId).ToImmutableSortedDictionary()
                    : ImmutableSortedDictionary<ServiceMonth, decimal>.Empty,
                Failures = isKnown ? [.. record.Failures.Where(failure => failure.Failure.Start < asOf)] : [],
                Gaps = isKnown ? record.Gaps : [],
                Exclusions = isKnown ? record.Exclusions : [],
                AcceptedBefore = [.. accepted.Where(one => one.Failure is not null).Select(one => one.Failure!)],
                PersonDates = [.. accepted.Where(one => one.GrantedDate is not null).Select(one => one.GrantedDate!.Value)],
                Posted = await AmountsAsync(transaction, posted, cancellationToken),
            });
        }

        return inputs with
        {
            Components = components.ToImmutable(),
            Policies = PoliciesBetween(
                policyBook, accountId, calendar.MonthOf(earliest).Previous, calendar.MonthOf(asOf)),
        };
    }

    private static async Task<ImmutableSortedDictionary<ServiceMonth, ImmutableArray<LedgerAmount>>> AmountsAsync(
        LedgerTransaction transaction, IReadOnlyList<LedgerEntry> posted, CancellationToken cancellationToken)
    {
        var months = ImmutableSortedDictionary.CreateBuilder<ServiceMonth, ImmutableArray<LedgerAmount>>();
        foreach (var month in posted.GroupBy(entry => entry.Claim.ServiceMonth))
        {
            months[month.Key] = await RejectionRepository.AmountsOfAsync(
                transaction, [.. month], cancellationToken);
        }

        return months.ToImmutable();
    }

    private static ImmutableArray<(ServiceMonth, ContractPolicy)> PoliciesBetween(
        PolicyBook book, string accountId, ServiceMonth first, ServiceMonth last)
    {
        var found = ImmutableArray.CreateBuilder<(ServiceMonth From, ContractPolicy Policy)>();
        for (var month = first; month <= last; month = month.Next)
        {
            var policy = book.InForce(accountId, month);
            if (found.Count == 0 || found[^1].Policy.Digest != policy.Digest)
            {
                found.Add((month, policy));
            }
        }

        return found.ToImmutable();
    }
}
