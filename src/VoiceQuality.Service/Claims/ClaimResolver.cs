using System.Collections.Immutable;
using NodaTime;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Evidence;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>What a person decides on a claim in review.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="ClaimId">The claim.</param>
/// <param name="Actor">Who decides: an opaque id.</param>
/// <param name="Decision">Grant or deny.</param>
/// <param name="Reason">Why.</param>
/// <param name="Evidence">References to the evidence.</param>
/// <param name="Percent">The row that the person finds where no average is known.</param>
/// <param name="Dates">Dates that the person takes as proven.</param>
/// <param name="Goodwill">US dollars beyond the rules.</param>
/// <param name="Key">Idempotency-Key of the request.</param>
/// <param name="BodyDigest">Digest of what was sent and by whom.</param>
internal sealed record ResolutionRequest(
    string AccountId,
    string ClaimId,
    string Actor,
    ResolutionDecision Decision,
    string Reason,
    ImmutableArray<string> Evidence,
    int? Percent,
    ImmutableArray<GrantedDate> Dates,
    decimal Goodwill,
    string Key,
    string BodyDigest);

/// <summary>
/// Carries out what a person decided on a claim that the rules could not decide: the person names
/// the facts, the amount follows from them by the rules, and all is written in one transaction of the ledger.
/// </summary>
internal sealed class ClaimResolver(
    LedgerRepository ledger, ClaimRepository claims, MosMonthReader months, OutageFactsReader facts, TimeProvider time)
{
    /// <summary>Resolves a claim once.</summary>
    /// <exception cref="ClaimRefusedException">It cannot be carried out; nothing was stored.</exception>
    public Task<IdempotentResult> ResolveAsync(ResolutionRequest request, CancellationToken cancellationToken)
    {
        var now = ClaimTime.Now(time);
        return ledger.RunOnceAsync(
            new IdempotentRequest(request.AccountId, request.Key, request.BodyDigest, now),
            async (transaction, token) =>
            {
                if (await ResolutionRepository.FindAsync(transaction, request.AccountId, request.ClaimId, token)
                    is not null)
                {
                    throw Conflict("The claim was resolved before.");
                }

                var inputs = await claims.GetAsync(request.AccountId, request.ClaimId, token) is { } mos
                    ? await MosAsync(transaction, mos, request, now, token)
                    : await OutageAsync(transaction, request, now, token);
                var resolution = await StoreAsync(transaction, ResolutionEvidence.Of(inputs), request, token);
                return ClaimService.Answer(StatusCodes.Status201Created, ResolutionResponse.Of(resolution));
            },
            cancellationToken);
    }

    /// <summary>Entries of a claim before the decision.</summary>
    public static async Task<ImmutableArray<LedgerAmount>> HistoryAsync(
        LedgerTransaction transaction, ClaimKey key, CancellationToken cancellationToken) =>
        await RejectionRepository.AmountsOfAsync(
            transaction, await transaction.ReadClaimAsync(key, cancellationToken), cancellationToken);

    /// <summary>Why it cannot be carried out.</summary>
    public static string Words(ResolutionRefusal refusal) => refusal switch
    {
        ResolutionRefusal.BaseUnknown =>
            "what was billed is not known, so the amount could exceed it; import the usage or the MRC first.",
        ResolutionRefusal.PercentMissing => "no average is known; name the percent of a row of the credit table.",
        ResolutionRefusal.PercentNotOfTheTable =>
            "the percent must be that of the row; an average that is known decides.",
        ResolutionRefusal.DatesNotClaimed => "dates can be granted that the claim left to a person, and no other.",
        ResolutionRefusal.GoodwillNotAllowed => "the policy in force allows no credit beyond the rules.",
        ResolutionRefusal.ExceedsBase => "credit and goodwill together would exceed what was billed.",
        _ => "there is nothing to grant; deny the claim, or grant dates or a row.",
    };

    /// <summary>It was decided, or is decided elsewhere.</summary>
    public static ClaimRefusedException Conflict(string detail) => new(StatusCodes.Status409Conflict, detail);

    /// <summary>It cannot be carried out on these facts.</summary>
    public static ClaimRefusedException Unprocessable(string detail) =>
        new(StatusCodes.Status422UnprocessableEntity, detail);

    private async Task<ResolutionInputs> MosAsync(
        LedgerTransaction transaction,
        StoredClaim claim,
        ResolutionRequest request,
        Instant now,
        CancellationToken cancellationToken)
    {
        if (claim.Decision != CreditDecision.Review)
        {
            throw Conflict("The claim is decided and not in review.");
        }

        if (!request.Dates.IsEmpty)
        {
            throw Unprocessable("A claim for a MOS credit has no dates to grant.");
        }

        var key = ClaimService.KeyOf(claim.AccountId, claim.UnitId, claim.Month);
        return InputsOf(request, now) with
        {
            Mos = await months.ReadAsync(
                new MosMonth(claim.ClaimId, claim.AccountId, claim.UnitId, claim.Month, claim.ReceivedAt),
                withCounters: true, cancellationToken),
            History = await HistoryAsync(transaction, key, cancellationToken),
            GoodwillHistory = await HistoryAsync(
                transaction, key with { Kind = LedgerEntryKind.GoodwillCredit }, cancellationToken),
        };
    }

    private async Task<ResolutionInputs> OutageAsync(
        LedgerTransaction transaction, ResolutionRequest request, Instant now, CancellationToken cancellationToken)
    {
        var claim = await OutageClaimRepository.FindAsync(
            transaction, request.AccountId, request.ClaimId, cancellationToken)
            ?? throw new ClaimRefusedException(StatusCodes.Status404NotFound, "There is no such claim.");
        if (claim.Decision is not { Decision: CreditDecision.Review } decision)
        {
            throw Conflict(claim.Decision is null
                ? "The claim is not complete yet, so there is nothing to decide."
                : "The claim is decided and not in review.");
        }

        if (request.Percent is not null)
        {
            throw Unprocessable("A claim for outage credits has no row of the MOS table.");
        }

        var messages = await OutageClaimService.MessagesAsync(transaction, claim.ClaimId, cancellationToken);
        var components = messages.SelectMany(message => message.Items)
            .Where(item => item.ComponentId is not null).Select(item => item.ComponentId!);
        var outage = await facts.ReadAsync(
            transaction, claim.ClaimId, claim.AccountId, messages, components, leaveOut: null,
            Instant.Max(now, decision.DecidedAt), cancellationToken);
        var goodwill = request.Goodwill > 0
            ? await GoodwillHistoryAsync(transaction, outage, request, now, cancellationToken)
            : [];
        return InputsOf(request, now) with { Outage = outage, GoodwillHistory = goodwill };
    }

    private static async Task<StoredResolution> StoreAsync(
        LedgerTransaction transaction,
        ResolutionEvidence evidence,
        ResolutionRequest request,
        CancellationToken cancellationToken)
    {
        var (inputs, outcome) = (evidence.Inputs, evidence.Outcome);
        if (outcome.Refusal is { } refusal)
        {
            throw Unprocessable($"{WireName.Of(refusal)}: {Words(refusal)}");
        }

        var entries = new List<ChainedEntry>();
        foreach (var expected in outcome.Entries)
        {
            var id = $"RES-{request.ClaimId}-{entries.Count + 1}";
            var history = await HistoryAsync(transaction, expected.Claim, cancellationToken);
            await transaction.RestateAsync(
                expected.Claim, Restatement.NetOf(history) + expected.Entry.Amount,
                new LedgerStamp(
                    id, ClaimTime.PostingMonth(inputs.ResolvedAt), expected.PolicyVersion, evidence.Document.Digest,
                    inputs.Actor, inputs.ResolvedAt),
                cancellationToken);
            entries.Add((await transaction.FindAsync(id, cancellationToken))!);
        }

        var resolution = new StoredResolution
        {
            ClaimId = request.ClaimId,
            AccountId = request.AccountId,
            Kind = inputs.Mos is null ? ClaimKind.Outage : ClaimKind.Mos,
            Decision = inputs.Decision,
            Reason = inputs.Reason,
            Evidence = inputs.Evidence,
            Actor = inputs.Actor,
            Credit = outcome.Credit,
            Goodwill = outcome.Goodwill,
            EntryIds = [.. entries.Select(entry => entry.Entry.Id)],
            ResolvedAt = inputs.ResolvedAt,
            EvidenceDigest = evidence.Document.Digest,
        };
        await ResolutionRepository.AddAsync(
            transaction, resolution, evidence.Document.ToOctets(entries), cancellationToken);
        if (inputs.Decision == ResolutionDecision.Grant)
        {
            await OutageClaimRepository.AddAcceptedAsync(
                transaction, request.AccountId,
                inputs.Dates.Select(date => new AcceptedOutage(request.ClaimId, date.ComponentId, null, date.Date)),
                cancellationToken);
        }

        return resolution;
    }

    private static ResolutionInputs InputsOf(ResolutionRequest request, Instant now) => new()
    {
        ResolutionId = $"RES-{request.ClaimId}",
        ResolvedAt = now,
        Actor = request.Actor,
        Decision = request.Decision,
        Reason = request.Reason,
        Evidence = request.Evidence,
        Percent = request.Percent,
        Dates = request.Dates,
        Goodwill = request.Goodwill,
    };

    // Goodwill goes to the first component and month that the resolution posts to, whatever was given there before.
    private static async Task<ImmutableArray<LedgerAmount>> GoodwillHistoryAsync(
        LedgerTransaction transaction,
        Sla.Outages.OutageSettlementInputs outage,
        ResolutionRequest request,
        Instant now,
        CancellationToken cancellationToken)
    {
        var beside = ResolutionOutcome.Of(InputsOf(request, now) with { Outage = outage, Goodwill = 0 }).GoodwillBeside;
        return beside is null
            ? []
            : await HistoryAsync(
                transaction, beside with { Kind = LedgerEntryKind.GoodwillCredit }, cancellationToken);
    }
}
