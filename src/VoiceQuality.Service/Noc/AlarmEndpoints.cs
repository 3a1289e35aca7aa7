using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.CaptureLoss;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Noc;

/// <summary>Alarms on Local Numbers.</summary>
/// <param name="Alarms">Latest first.</param>
/// <param name="NextCursor">For the page that follows; null when this is the last.</param>
internal sealed record AlarmsResponse(IReadOnlyList<AlarmResponse> Alarms, string? NextCursor);

/// <summary>Times in which taps lost packets themselves.</summary>
/// <param name="CaptureLoss">The latest begin first.</param>
/// <param name="Before">For the page that follows; null when this is the last.</param>
internal sealed record CaptureLossListResponse(IReadOnlyList<CaptureLossResponse> CaptureLoss, string? Before);

/// <summary>A time in which a tap lost packets itself: left out of the scores, and shown as lower coverage.</summary>
/// <param name="Tap">Interface, agent or capture file.</param>
/// <param name="BeganAt">Begin, by the clock of the capture.</param>
/// <param name="EndedAt">End of the last loss so far.</param>
/// <param name="ResolvedAt">When a minute had passed without loss, or the tap ended; null while it may go on.</param>
/// <param name="Spans">Silences of the whole tap, and drops that the source told.</param>
/// <param name="UnseenPackets">RTP packets sent in it and not seen.</param>
/// <param name="DroppedPackets">Packets of any kind that the source says it dropped.</param>
/// <param name="Streams">Streams with unseen packets.</param>
internal sealed record CaptureLossResponse(
    string Tap, string BeganAt, string EndedAt, string? ResolvedAt, long Spans, long UnseenPackets, long DroppedPackets,
    int Streams)
{
    public static CaptureLossResponse Of(StoredCaptureLoss loss) => new(
        loss.Tap, Wire.Time(loss.BeganAt), Wire.Time(loss.EndedAt), loss.ResolvedAt is { } at ? Wire.Time(at) : null,
        loss.Spans, loss.UnseenPackets, loss.DroppedPackets, loss.Streams);
}

/// <summary>A use of a Local Number that the contract does not know .</summary>
/// <param name="CallId">The attempt.</param>
/// <param name="Kind">USE_NOT_SUPPORTED or EMERGENCY_ATTEMPT.</param>
/// <param name="AccountId">The account.</param>
/// <param name="UnitId">The business unit.</param>
/// <param name="At">First INVITE.</param>
internal sealed record AlarmResponse(string CallId, string Kind, string AccountId, string UnitId, string At)
{
    public static AlarmResponse Of(StoredAlarm alarm) => new(
        alarm.CallKey, WireName.Of(alarm.Kind), alarm.AccountId, alarm.UnitId, Wire.Time(alarm.At));
}

/// <summary>Calls that were blocked on purpose, and the looks at stored calls by changed blocks .</summary>
/// <param name="BlockedCalls">Stored calls that are known as blocked.</param>
/// <param name="Reviews">The last looks, newest first.</param>
internal sealed record BlockedCallsResponse(long BlockedCalls, IReadOnlyList<BlockReviewResponse> Reviews);

/// <summary>A look at the stored calls by other blocks than before.</summary>
/// <param name="BeganAt">When it began.</param>
/// <param name="EndedAt">When every call was looked at; null while it goes on.</param>
/// <param name="Looked">Unanswered calls that were looked at.</param>
/// <param name="Marked">Those of them that are blocked now and were not before.</param>
/// <param name="Unmarked">Those of them that were blocked before and are not now.</param>
internal sealed record BlockReviewResponse(string BeganAt, string? EndedAt, long Looked, long Marked, long Unmarked)
{
    public static BlockReviewResponse Of(BlockReview review) => new(
        Wire.Time(review.BeganAt), review.EndedAt is { } ended ? Wire.Time(ended) : null, review.Looked, review.Marked,
        review.Unmarked);
}

/// <summary>The page of alarms.</summary>
/// <param name="Alarms">Latest first.</param>
/// <param name="HasMore">Whether there are older ones.</param>
/// <param name="BlockedCalls">Stored calls that are known as blocked.</param>
/// <param name="Reviews">The last looks, newest first.</param>
internal sealed record AlarmsView(
    IReadOnlyList<StoredAlarm> Alarms, bool HasMore, long BlockedCalls, IReadOnlyList<BlockReview> Reviews)
{
    /// <summary>The latest times in which taps lost packets themselves.</summary>
    public IReadOnlyList<StoredCaptureLoss> CaptureLoss { get; init; } = [];

    /// <summary>The latest times in which SIP over TLS could not be read.</summary>
    public IReadOnlyList<StoredTlsLoss> TlsLoss { get; init; } = [];
}

/// <summary>What the operations centre is told of calls that the contract does not allow, and of its own
/// taps.</summary>
internal static class AlarmEndpoints
{
    /// <summary>Alarms that the page shows at most.</summary>
    public const int PageLimit = 100;

    private const int DefaultLimit = 100;
    private const int ReviewLimit = 10;

    /// <summary>Maps <c>/api/v1/alarms</c> and <c>/api/v1/blocked-calls</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var alarms = routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/alarms").WithTags("Alarms");
        alarms.MapGet("/", List).WithName("ListAlarms")
            .WithSummary("Lists outbound and emergency attempts from Local Numbers, which are inbound only, latest first.")
            .WithDescription("Query: account, limit (1 to 1000, default 100), cursor.");
        alarms.MapGet("/capture-loss", ListLosses).WithName("ListCaptureLoss")
            .WithSummary("Lists the times in which a tap lost packets itself, latest first.")
            .WithDescription(
                "What is missing is left out of the scores. Query: limit (1 to 1000, default 100), before (UTC, ISO 8601).");
        TlsLossEndpoints.Map(alarms);
        var blocked = routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/blocked-calls").WithTags("Alarms");
        blocked.MapGet("/", GetBlocked).WithName("GetBlockedCalls")
            .WithSummary("Says how many stored calls were blocked on purpose, and when they were last looked at.");
    }

    /// <summary>Maps the page.</summary>
    public static void MapPage(RouteGroupBuilder group) => group.MapPage("/alarms", GetPage);

    private static async Task<Results<Ok<AlarmsResponse>, ValidationProblem>> List(
        HttpContext context, AlarmRepository alarms, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        var query = context.Request.Query;
        var limit = CallSearch.LimitOf(query, "limit", DefaultLimit, AlarmRepository.LargestPage, errors);
        var account = CallSearch.One(query, "account", errors);
        if (account is not null && !CallSearch.IsId(account))
        {
            errors["account"] = ["must be 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'"];
        }

        CallKey? before = null;
        if (CallSearch.One(query, "cursor", errors) is { } cursor)
        {
            if (CallKey.TryParse(cursor, out var key))
            {
                before = key;
            }
            else
            {
                errors["cursor"] = ["is not a cursor of this list; begin without one"];
            }
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var found = await alarms.ListAsync(account, before, limit + 1, cancellationToken);
        context.NoteAccountsRead(found.Take(limit).Select(alarm => alarm.AccountId));
        return TypedResults.Ok(new AlarmsResponse(
            [.. found.Take(limit).Select(AlarmResponse.Of)], found.Count > limit ? found[limit - 1].CallKey : null));
    }

    private static async Task<Results<Ok<CaptureLossListResponse>, ValidationProblem>> ListLosses(
        HttpContext context, CaptureLossRepository losses, CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        var (limit, before) = ReadPage(context.Request.Query, CaptureLossRepository.LargestPage, errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var found = await losses.ListAsync(before, limit + 1, cancellationToken);
        return TypedResults.Ok(new CaptureLossListResponse(
            [.. found.Take(limit).Select(CaptureLossResponse.Of)],
            found.Count > limit ? Wire.Time(found[limit - 1].BeganAt) : null));
    }

    /// <summary>Reads which page of a list of times is asked for.</summary>
    internal static (int Limit, Instant? Before) ReadPage(
        IQueryCollection query, int largest, Dictionary<string, string[]> errors)
    {
        var limit = CallSearch.LimitOf(query, "limit", DefaultLimit, largest, errors);
        if (CallSearch.One(query, "before", errors) is not { } text)
        {
            return (limit, null);
        }

        var read = InstantPattern.ExtendedIso.Parse(text);
        if (!read.Success)
        {
            errors["before"] = ["must be a time in UTC such as 2026-10-01T06:00:00Z"];
        }

        return (limit, read.Success ? read.Value : null);
    }

    private static async Task<Ok<BlockedCallsResponse>> GetBlocked(
        BlockReviewRepository reviews, CancellationToken cancellationToken) =>
        TypedResults.Ok(new BlockedCallsResponse(
            await reviews.CountBlockedAsync(cancellationToken),
            [.. (await reviews.ListAsync(ReviewLimit, cancellationToken)).Select(BlockReviewResponse.Of)]));

    private static async Task<IResult> GetPage(
        HttpContext context, AlarmRepository alarms, BlockReviewRepository reviews, CaptureLossRepository losses,
        TlsLossRepository tlsLosses, CancellationToken cancellationToken)
    {
        var found = await alarms.ListAsync(null, null, PageLimit + 1, cancellationToken);
        context.NoteAccountsRead(found.Take(PageLimit).Select(alarm => alarm.AccountId));
        return new PageResult<AlarmsView>(ViewNames.Alarms, new AlarmsView(
            [.. found.Take(PageLimit)], found.Count > PageLimit,
            await reviews.CountBlockedAsync(cancellationToken), await reviews.ListAsync(ReviewLimit, cancellationToken))
        {
            CaptureLoss = await losses.ListAsync(null, PageLimit, cancellationToken),
            TlsLoss = await tlsLosses.ListAsync(null, PageLimit, cancellationToken),
        });
    }
}
