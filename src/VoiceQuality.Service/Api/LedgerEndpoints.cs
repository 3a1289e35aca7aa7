using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Policies;
using VoiceQuality.Sla;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Api;

/// <summary>An entry of the ledger.</summary>
internal sealed record LedgerEntryResponse
{
    /// <summary>Place in the chain, 1 for the first.</summary>
    public required long Sequence { get; init; }

    public required string EntryId { get; init; }

    public required string AccountId { get; init; }

    public required string UnitId { get; init; }

    public required string? ComponentId { get; init; }

    /// <summary>Month of service, yyyy-MM.</summary>
    public required string ServiceMonth { get; init; }

    /// <summary>Month with which billing pulls it, yyyy-MM.</summary>
    public required string PostingPeriod { get; init; }

    /// <summary>MOS_CREDIT, OUTAGE_CREDIT, GOODWILL_CREDIT or CHARGE.</summary>
    public required string Kind { get; init; }

    /// <summary>US dollars in the customer's favour.</summary>
    public required string Amount { get; init; }

    /// <summary>POSTED or PENDING_SECOND_APPROVAL.</summary>
    public required string State { get; init; }

    public required string PolicyVersion { get; init; }

    public required string EvidenceDigest { get; init; }

    /// <summary>The entry before it on the same claim; null for the first.</summary>
    public required string? Corrects { get; init; }

    public required string Actor { get; init; }

    public required string? Approver { get; init; }

    public required string PostedAt { get; init; }

    public required string Hash { get; init; }

    public static LedgerEntryResponse Of(ChainedEntry chained)
    {
        var entry = chained.Entry;
        return new LedgerEntryResponse
        {
            Sequence = chained.Sequence,
            EntryId = entry.Id,
            AccountId = entry.Claim.AccountId,
            UnitId = entry.Claim.UnitId,
            ComponentId = entry.Claim.ComponentId,
            ServiceMonth = entry.Claim.ServiceMonth.ToString(),
            PostingPeriod = entry.PostingPeriod.ToString(),
            Kind = WireName.Of(entry.Claim.Kind),
            Amount = Sla.Money.Format(entry.Amount),
            State = WireName.Of(entry.State),
            PolicyVersion = entry.PolicyVersion,
            EvidenceDigest = entry.EvidenceDigest,
            Corrects = entry.Corrects,
            Actor = entry.Actor,
            Approver = entry.Approver,
            PostedAt = Wire.Time(entry.PostedAt),
            Hash = chained.Hash,
        };
    }
}

/// <summary>Entries of the ledger, and the second person's approval or rejection of a decrease .</summary>
internal static class LedgerEndpoints
{
    private const string Title = "The entry was not approved.";

    /// <summary>Maps <c>/api/v1/ledger/entries/…</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Billing, "/api/v1/ledger/entries").WithTags("Ledger");
        group.MapGet("/{entryId}", GetEntry).WithName("GetLedgerEntry").WithSummary("Shows an entry of the ledger.")
            .Produces<LedgerEntryResponse>().ProducesProblem(StatusCodes.Status404NotFound);
        group.MapPost("/{entryId}/approval", PostApproval).WithName("ApproveLedgerEntry")
            .WithSummary("Lets a decrease count that waits for a second person; it becomes one more entry.")
            .WithDescription(IdempotentPost.Description + RequestActor.Description + " The author cannot approve it.")
            .Produces<LedgerEntryResponse>(StatusCodes.Status201Created)
            .Refusals();
        RejectionEndpoints.Map(group);
    }

    private static async Task<IResult> GetEntry(
        string entryId, LedgerRepository ledger, CancellationToken cancellationToken) =>
        await ledger.GetAsync(entryId, cancellationToken) is { } entry
            ? TypedResults.Ok(LedgerEntryResponse.Of(entry))
            : Missing.Problem();

    private static async Task<IResult> PostApproval(
        string entryId, HttpContext context, LedgerRepository ledger, RejectionRepository rejections,
        PolicyDirectory policies, TimeProvider time, CancellationToken cancellationToken)
    {
        if (!RequestActor.TryRead(context, out var actor, out var refusal))
        {
            return refusal;
        }

        if (await IdempotentPost.ReadBodyAsync(context.Request.Body, cancellationToken) is not { } octets)
        {
            return IdempotentPost.Refuse(Title, StatusCodes.Status413PayloadTooLarge, "The body is too large.");
        }

        var errors = new Dictionary<string, string[]>();
        var key = IdempotentPost.KeyOf(context, errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        if (await ledger.GetAsync(entryId, cancellationToken) is not { } waiting)
        {
            return Missing.Problem();
        }

        var now = ClaimTime.Now(time);
        var accountId = waiting.Entry.Claim.AccountId;
        return await IdempotentPost.RunAsync(
            () => ledger.RunOnceAsync(
                new IdempotentRequest(
                    accountId, key, IdempotentPost.DigestOf(octets, $"approval {entryId} {actor}"), now),
                async (transaction, token) =>
                {
                    var result = await transaction.ApproveAsync(
                        entryId, ClaimService.NameOf("APR", entryId), actor, ClaimTime.PostingMonth(now), now, token);
                    return result.Outcome == ApproveOutcome.Approved
                        ? ClaimService.Answer(
                            StatusCodes.Status201Created,
                            LedgerEntryResponse.Of((await transaction.FindAsync(result.Entry!.Id, token))!))
                        : throw new ClaimRefusedException(
                            StatusCodes.Status409Conflict,
                            await rejections.GetAsync(entryId, token) is null
                                ? Words(result.Outcome)
                                : "The entry was rejected by a second person.");
                },
                cancellationToken),
            Title, await IdempotentPost.PolicyAsync(policies, accountId, time, cancellationToken),
            new ChangeNote(context, waiting.Hash) { AccountId = accountId });
    }

    private static string Words(ApproveOutcome outcome) => outcome switch
    {
        ApproveOutcome.AlreadyApproved => "The entry was approved before.",
        ApproveOutcome.Superseded => "A later entry took the place of this one; approve that one if it waits.",
        ApproveOutcome.SamePerson => "Whoever posted the entry cannot approve it; it takes another person.",
        _ => "The entry does not wait for an approval.",
    };
}
