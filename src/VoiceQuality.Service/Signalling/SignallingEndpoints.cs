using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;
using NodaTime;
using VoiceQuality.Service.Api;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.TrustPage;

namespace VoiceQuality.Service.Signalling;

/// <summary>How call attempts went in a time.</summary>
/// <param name="By">"unit", "trunk" or "component".</param>
/// <param name="From">First hour.</param>
/// <param name="To">First hour that is not in it any more.</param>
/// <param name="AccountId">The account that was asked for; null for all.</param>
/// <param name="Step">"none", "hour", "day" or "month": the pieces of each series, in UTC.</param>
/// <param name="Total">All attempts, each once.</param>
/// <param name="Lines">Most attempts first. An attempt counts for each trunk and component that it went over.</param>
/// <param name="Unmapped">Attempts that went over no trunk or component that is known; null by unit.</param>
/// <param name="OtherPairAttempts">
/// Those of them that came between more endpoints than are kept apart; null by unit.
/// </param>
internal sealed record SignallingReportResponse(
    string By,
    string From,
    string To,
    string? AccountId,
    string Step,
    SignallingResponse Total,
    IReadOnlyList<SignallingLineResponse> Lines,
    SignallingResponse? Unmapped,
    long? OtherPairAttempts)
{
    public static SignallingReportResponse Of(SignallingReport report)
    {
        var isByPair = report.Search.By != SignallingSubject.Unit;
        return new SignallingReportResponse(
            report.Search.ByName, Wire.Time(report.Search.From), Wire.Time(report.Search.To), report.Search.AccountId,
            report.Search.StepName, SignallingResponse.Of(report.Total),
            [.. report.Lines.Select(SignallingLineResponse.Of)],
            isByPair ? SignallingResponse.Of(report.Unmapped) : null,
            isByPair ? report.OtherPairs : null);
    }
}

/// <summary>One unit, trunk or component.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Name">Its name; null where it has none.</param>
/// <param name="AccountId">Its account; null for what no account owns.</param>
/// <param name="Figures">The whole time.</param>
/// <param name="Series">Pieces with attempts, in order; empty without a series.</param>
internal sealed record SignallingLineResponse(
    string Id,
    string? Name,
    string? AccountId,
    SignallingResponse Figures,
    IReadOnlyList<SignallingPointResponse> Series)
{
    public static SignallingLineResponse Of(SignallingLine line) => new(
        line.Id, line.Name, line.AccountId, SignallingResponse.Of(line.Sums),
        [.. line.Series.Select(point => new SignallingPointResponse(
            Wire.Time(point.From), SignallingResponse.Of(point.Sums)))]);
}

/// <summary>A piece of a series.</summary>
/// <param name="From">Its first instant.</param>
/// <param name="Figures">Its figures.</param>
internal sealed record SignallingPointResponse(string From, SignallingResponse Figures);

/// <summary>How the call attempts of an account went in a month by its own clock.</summary>
/// <param name="AccountId">The account.</param>
/// <param name="Month">yyyy-MM.</param>
/// <param name="Total">All its units.</param>
/// <param name="Units">Units with attempts, by id.</param>
internal sealed record AccountSignallingResponse(
    string AccountId, string Month, SignallingResponse Total, IReadOnlyList<UnitSignallingResponse> Units);

/// <summary>A unit of an account in a month.</summary>
/// <param name="UnitId">The unit.</param>
/// <param name="Figures">The month.</param>
/// <param name="Days">Dates with attempts, in the account's zone.</param>
internal sealed record UnitSignallingResponse(
    string UnitId, SignallingResponse Figures, IReadOnlyList<SignallingDayResponse> Days);

/// <summary>A date.</summary>
/// <param name="Date">yyyy-MM-dd in the account's zone.</param>
/// <param name="Figures">Its figures.</param>
internal sealed record SignallingDayResponse(string Date, SignallingResponse Figures);

/// <summary>How call attempts went, for the operations centre and for accounts.</summary>
internal static class SignallingEndpoints
{
    private const string Csv = "text/csv";

    private static readonly Duration LongestHourlyTrend = Duration.FromDays(3);

    /// <summary>Maps <c>/api/v1/signalling</c> and <c>/api/v1/accounts/…/signalling/…</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/signalling").WithTags("Signalling")
            .MapGet("/", GetReport).WithName("GetSignalling")
            .WithSummary("Tells how call attempts went, by unit, trunk or component (RFC 6076, ITU-T E.411 and E.425).")
            .WithDescription(
                "Query: by (unit, trunk, component), from, to (UTC, ISO 8601, widened to whole hours; without them the "
                + "last 24 hours), accountId, step (none, hour, day, month: a series in UTC). At most 400 days by unit "
                + "and 33 by trunk or component or with step=hour. A pair of endpoints is of the trunks and "
                + "components that the reference data name at the beginning of the hour. Shares and means come with what they are "
                + "made of, so that they can be added up; what has no denominator is null. JSON unless "
                + "'Accept: text/csv' or '?format=csv' asks for CSV, which has the lines without series.")
            .Produces<string>(StatusCodes.Status200OK, Csv);
        routes.MapAccessGroup(AccessGroup.Account, "/api/v1/accounts/{accountId}/signalling").WithTags("Accounts")
            .MapGet("/{month}", GetAccount).WithName("GetAccountSignalling")
            .WithSummary("Tells how the call attempts of an account went in a month (yyyy-MM), by unit and date.");
    }

    /// <summary>Maps <c>/signalling</c>.</summary>
    public static void MapPage(RouteGroupBuilder pages) => pages.MapPage("/signalling", GetPage);

    private static async Task<Results<Ok<SignallingReportResponse>, FileContentHttpResult, ValidationProblem>>
        GetReport(
            HttpContext context, SignallingReports reports, IAccountBookSource books, TimeProvider time,
            CancellationToken cancellationToken)
    {
        SignallingSearch.TryRead(
            context.Request.Query, Now(time), SignallingStep.None, out var search, out var errors);
        var isCsv = BillingEndpoints.IsCsv(context.Request, errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var report = await reports.GetAsync(search, cancellationToken);
        NoteRead(context, search, books);
        context.Response.Headers.Vary = HeaderNames.Accept;
        return isCsv
            ? TypedResults.File(
                Encoding.UTF8.GetBytes(SignallingCsv.Write(report)), Csv + "; charset=utf-8",
                $"signalling-{search.ByName}.csv")
            : TypedResults.Ok(SignallingReportResponse.Of(report));
    }

    private static async Task<Results<Ok<AccountSignallingResponse>, ProblemHttpResult, ValidationProblem>> GetAccount(
        string accountId, string month, AccountSignalling signalling, CancellationToken cancellationToken)
    {
        if (!AssessedMonths.TryReadMonth(month, out var shown))
        {
            return TypedResults.ValidationProblem(
                new Dictionary<string, string[]> { ["month"] = ["must be written yyyy-MM, such as 2026-10"] });
        }

        return await signalling.GetAsync(accountId, shown, null, cancellationToken) is { } view
            ? TypedResults.Ok(new AccountSignallingResponse(
                accountId, shown.ToString(), SignallingResponse.Of(view.Total),
                [
                    .. view.Units.Select(unit => new UnitSignallingResponse(
                        unit.UnitId, SignallingResponse.Of(unit.Sums),
                        [
                            .. unit.Days.Select(day => new SignallingDayResponse(
                                UnitView.DateText(day.Date), SignallingResponse.Of(day.Sums))),
                        ])),
                ]))
            : Missing.Problem();
    }

    private static async Task<IResult> GetPage(
        HttpContext context, SignallingReports reports, IAccountBookSource books, TimeProvider time,
        CancellationToken cancellationToken)
    {
        if (!SignallingSearch.TryRead(
            context.Request.Query, Now(time), SignallingStep.Hour, out var search, out var errors))
        {
            return new PageResult<BadRequestPage>(
                ViewNames.BadRequest, new BadRequestPage(errors), StatusCodes.Status400BadRequest);
        }

        if (search.Step == SignallingStep.Hour && search.To - search.From > LongestHourlyTrend)
        {
            search = search with { Step = SignallingStep.Day };
        }

        NoteRead(context, search, books);
        return new PageResult<SignallingReport>(
            ViewNames.Signalling, await reports.GetAsync(search, cancellationToken));
    }

    // Without one account it is all of them, which is what is noted of the operations centre anyway; an id that is no
    // account's may be anything, a telephone number too.
    private static void NoteRead(HttpContext context, SignallingSearch search, IAccountBookSource books)
    {
        if (search.AccountId is { } id && books.Book.FindAccount(id) is { } account)
        {
            context.NoteAccountsRead([account.AccountId]);
        }
    }

    private static Instant Now(TimeProvider time) => Instant.FromDateTimeOffset(time.GetUtcNow());
}
