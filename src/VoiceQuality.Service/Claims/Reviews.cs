using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Storage.Claims;
using VoiceQuality.Storage.Ledger;

namespace VoiceQuality.Service.Claims;

/// <summary>What waits for a person of the carrier.</summary>
/// <param name="Claims">Claims in review that nobody has decided, oldest first.</param>
/// <param name="HasMoreClaims">Whether there are more.</param>
/// <param name="Restatements">Restatements in review that nobody has decided, oldest first.</param>
/// <param name="HasMoreRestatements">Whether there are more.</param>
/// <param name="Decreases">Entries of the ledger that wait for a second person, oldest first.</param>
/// <param name="HasMoreDecreases">Whether there are more.</param>
internal sealed record ReviewsView(
    IReadOnlyList<ClaimLine> Claims,
    bool HasMoreClaims,
    IReadOnlyList<StoredRestatement> Restatements,
    bool HasMoreRestatements,
    IReadOnlyList<LedgerEntry> Decreases,
    bool HasMoreDecreases);

/// <summary>Puts together what waits for a person.</summary>
internal sealed class Reviews(
    ClaimRepository mos,
    OutageClaimRepository outages,
    RestatementResolutionRepository resolutions,
    RestatementRepository restatements,
    LedgerRepository ledger,
    AccountClaims claims)
{
    /// <summary>Claims, and entries, that the page shows at most.</summary>
    public const int Limit = 100;

    /// <summary>What waits now.</summary>
    public async Task<ReviewsView> GetAsync(CancellationToken cancellationToken)
    {
        var lines = await claims.LinesAsync(
            await mos.ListInReviewAsync(Limit + 1, cancellationToken),
            await outages.ListInReviewAsync(Limit + 1, cancellationToken),
            cancellationToken);
        var restated = await resolutions.ListWaitingAsync(Limit + 1, cancellationToken);
        var inReview = new List<StoredRestatement>();
        foreach (var (accountId, restatementId) in restated.Take(Limit))
        {
            if (await restatements.GetAsync(accountId, restatementId, cancellationToken) is { } restatement)
            {
                inReview.Add(restatement);
            }
        }

        var waiting = await ledger.ListWaitingAsync(Limit + 1, cancellationToken);
        return new ReviewsView(
            [
                .. lines.OrderBy(line => line.ReceivedAt).ThenBy(line => line.ClaimId, StringComparer.Ordinal)
                .Take(Limit),
            ],
            lines.Count > Limit,
            inReview,
            restated.Count > Limit,
            [.. waiting.Take(Limit).Select(entry => entry.Entry)],
            waiting.Count > Limit);
    }
}

/// <summary>The page of what waits for a person.</summary>
internal static class ReviewEndpoints
{
    public static void MapPage(RouteGroupBuilder group) => group.MapPage("/reviews", GetPage);

    private static async Task<IResult> GetPage(
        HttpContext context, Reviews reviews, CancellationToken cancellationToken)
    {
        var view = await reviews.GetAsync(cancellationToken);
        context.NoteAccountsRead(
            view.Claims.Select(line => line.AccountId)
                .Concat(view.Restatements.Select(restatement => restatement.Claim.AccountId))
                .Concat(view.Decreases.Select(entry => entry.Claim.AccountId)));
        return new PageResult<ReviewsView>(ViewNames.Reviews, view);
    }
}
