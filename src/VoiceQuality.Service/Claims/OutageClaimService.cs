using System.Collections.Immutable;
using System.Text.Json;
using NodaTime;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>A request for outage credits, or what completes one.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Items">The failures as told.</param>
/// <param name="Key">Idempotency-Key of the request.</param>
/// <param name="BodyDigest">Digest of what was sent.</param>
internal sealed record OutageMessageRequest(
    string AccountId, ImmutableArray<OutageItem> Items, string Key, string BodyDigest);

/// <summary>A request cannot be carried out; nothing was stored, and the same key may come again.</summary>
internal sealed class ClaimRefusedException(int status, string detail) : Exception(detail)
{
    /// <summary>HTTP status, 400 to 499.</summary>
    public int Status => status;
}

/// <summary>
/// Takes requests for outage credits, complete or not, and decides each when its last element has come: in one
/// transaction of the ledger with its entries, its evidence and the answer.
/// </summary>
internal sealed class OutageClaimService(
    LedgerRepository ledger,
    OutageFactsReader facts,
    OutageRestater restater,
    IAccountBookSource books,
    TimeProvider time)
{
    private static readonly JsonSerializerOptions Web = JsonSerializerOptions.Web;

    /// <summary>Takes a request. The account must be known.</summary>
    public Task<IdempotentResult> ClaimAsync(OutageMessageRequest request, CancellationToken cancellationToken)
    {
        var claimId = ClaimService.ClaimIdOf(request.AccountId, request.Key);
        return RunAsync(request, async (transaction, now, token) =>
        {
            await OutageClaimRepository.AddAsync(transaction, claimId, request.AccountId, now, token);
            return await AddAsync(
                transaction, new StoredOutageClaim(claimId, request.AccountId, now, null), [], request.Items, now,
                token);
        }, cancellationToken);
    }

    /// <summary>Adds what was missing. The claim must be the account's.</summary>
    public Task<IdempotentResult> CompleteAsync(
        string claimId, OutageMessageRequest request, CancellationToken cancellationToken) =>
        RunAsync(request, async (transaction, now, token) =>
        {
            var claim = await OutageClaimRepository.FindAsync(transaction, request.AccountId, claimId, token)
                ?? throw new ClaimRefusedException(StatusCodes.Status404NotFound, "There is no such claim.");
            if (claim.Decision is not null)
            {
                throw new ClaimRefusedException(
                    StatusCodes.Status409Conflict,
                    "The claim was complete and is decided; file another for another failure.");
            }

            var messages = await MessagesAsync(transaction, claimId, token);
            Check(messages, request.Items);
            return await AddAsync(transaction, claim, messages, request.Items, now, token);
        }, cancellationToken);

    /// <summary>The messages of a claim, oldest first.</summary>
    public static async Task<ImmutableArray<OutageMessage>> MessagesAsync(
        LedgerTransaction transaction, string claimId, CancellationToken cancellationToken) =>
    [
        .. (await OutageClaimRepository.ReadMessagesAsync(transaction, claimId, cancellationToken))
            .Select(message => new OutageMessage(message.ReceivedAt, OutageItems.ReadStored(message.Items))),
    ];

    private async Task<IdempotentResult> RunAsync(
        OutageMessageRequest request,
        Func<LedgerTransaction, Instant, CancellationToken, Task<OutageClaimResponse>> work,
        CancellationToken cancellationToken)
    {
        var now = ClaimTime.Now(time);
        return await ledger.RunOnceAsync(
            new IdempotentRequest(request.AccountId, request.Key, request.BodyDigest, now),
            async (transaction, token) => ClaimService.Answer(
                StatusCodes.Status201Created, await work(transaction, now, token)),
            cancellationToken);
    }

    private async Task<OutageClaimResponse> AddAsync(
        LedgerTransaction transaction,
        StoredOutageClaim claim,
        ImmutableArray<OutageMessage> earlier,
        ImmutableArray<OutageItem> items,
        Instant now,
        CancellationToken cancellationToken)
    {
        // A wall clock that was set back does not make a message older than the one before it.
        var receivedAt = earlier.Length > 0 ? Instant.Max(now, earlier[^1].At) : now;
        await OutageClaimRepository.AddMessageAsync(
            transaction, claim.ClaimId, earlier.Length + 1,
            new StoredOutageMessage(receivedAt, OutageItems.Write(items)), cancellationToken);
        ImmutableArray<OutageMessage> messages = [.. earlier, new OutageMessage(receivedAt, items)];
        var told = new OutageSettlementInputs
        {
            ClaimId = claim.ClaimId,
            AccountId = claim.AccountId,
            Calendar = books.Book.FindAccount(claim.AccountId)!.Calendar,
            Messages = messages,
            AsOf = receivedAt,
            Policies = [],
            Components = [],
        };
        await CheckAsync(told, receivedAt, cancellationToken);

        List<string> components =
        [
            .. told.Items.Where(item => item.ComponentId is not null).Select(item => item.ComponentId!)
                .Distinct(StringComparer.Ordinal),
        ];

        // What earlier claims lost is a restatement of its own, so that this decision never takes anything away.
        foreach (var component in components)
        {
            await restater.RestateDecreaseAsync(transaction, claim.AccountId, component, cancellationToken);
        }

        var inputs = await facts.ReadAsync(
            transaction, claim.ClaimId, claim.AccountId, messages, components,
            leaveOut: null, receivedAt, cancellationToken);
        var evidence = OutageEvidence.Of(inputs);
        if (evidence.Settlement.SubmittedAt is null)
        {
            return OutageClaimResponse.Incomplete(claim, evidence.Settlement, inputs.Items);
        }

        var decided = await PostAsync(transaction, claim, evidence, cancellationToken);
        return OutageClaimResponse.Of(claim with { Decision = decided }, inputs.Items, null);
    }

    private async Task CheckAsync(OutageSettlementInputs told, Instant now, CancellationToken cancellationToken)
    {
        var items = told.Items;
        for (var i = 0; i < items.Length; i++)
        {
            var problem = OutageItems.ProblemOfSpan(items[i]) is { } wrong ? $"end {wrong}"
                : OutageItems.ProblemOfTime(items[i], told.Calendar, now);
            if (problem is null && items[i].ComponentId is { } componentId
                && !await facts.MayHaveAsync(told.AccountId, componentId, cancellationToken))
            {
                problem = "componentId names no component of the account";
            }

            if (problem is not null)
            {
                throw new ClaimRefusedException(
                    StatusCodes.Status422UnprocessableEntity, $"failures[{i}].{problem}.");
            }
        }
    }

    private static async Task<StoredOutageDecision> PostAsync(
        LedgerTransaction transaction, StoredOutageClaim claim, OutageEvidence evidence,
        CancellationToken cancellationToken)
    {
        var settlement = evidence.Settlement;
        var now = evidence.Inputs.AsOf;
        var entries = await OutagePosting.PostAsync(
            transaction, settlement.Lines, $"OUT-{claim.ClaimId}", evidence.Document.Digest, ClaimService.Actor, now,
            cancellationToken);
        var decision = new StoredOutageDecision(
            settlement.SubmittedAt!.Value,
            now,
            settlement.Decision!.Value,
            settlement.Reason,
            settlement.Credit,
            JsonSerializer.Serialize(OutageDetails.Of(settlement, entries), Web),
            evidence.Inputs.PolicyAt(now).Version,
            evidence.Document.Digest);
        await OutageClaimRepository.AddDecisionAsync(
            transaction, claim.ClaimId, claim.AccountId, decision,
            evidence.Document.ToOctets([.. entries.Where(entry => entry is not null).Select(entry => entry!)]),
            cancellationToken);
        await OutageClaimRepository.AddAcceptedAsync(
            transaction,
            claim.AccountId,
            settlement.Items
                .Where(item => item.FailureId is not null && item.Decision == OutageRequestDecision.Accepted)
                .Select(item => new AcceptedOutage(
                    claim.ClaimId, item.ComponentId, new AcceptedFailure(item.FailureId!, item.Time!.Value), null)),
            cancellationToken);
        return decision;
    }

    private static void Check(ImmutableArray<OutageMessage> messages, ImmutableArray<OutageItem> items)
    {
        var told = new OutageSettlementInputs
        {
            ClaimId = "", AccountId = "", Calendar = new(DateTimeZone.Utc), Messages = messages, AsOf = default,
            Policies = [], Components = [],
        }.Items;
        if (told.Length > 0 && items.Length > told.Length)
        {
            throw new ClaimRefusedException(
                StatusCodes.Status422UnprocessableEntity,
                $"The request told of {told.Length} failures; file another claim for another failure.");
        }

        for (var i = 0; i < Math.Min(told.Length, items.Length); i++)
        {
            if (told[i].Contradicts(items[i]))
            {
                throw new ClaimRefusedException(
                    StatusCodes.Status422UnprocessableEntity,
                    $"failures[{i}] says something else than before; only what is missing can be added.");
            }
        }
    }
}
