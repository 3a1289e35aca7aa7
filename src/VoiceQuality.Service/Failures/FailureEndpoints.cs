using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using NodaTime.Text;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Noc;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Reference;
using VoiceQuality.Service.TrustPage;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>Components and their failures, for the operations centre and for customers.</summary>
internal static class FailureEndpoints
{
    private const int DefaultLimit = 100;
    private const int EvidenceLimit = 50;
    private const int LargestRangeDays = 400;

    /// <summary>Maps <c>/api/v1/components…</c>, <c>/api/v1/failures…</c> and the failures of an account.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var components = routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/components").WithTags("Failures");
        components.MapGet("/", ListComponents).WithName("ListComponents")
            .WithSummary("Lists the components with the state in which they were when they were last watched.");
        components.MapGet("/{componentId}/timeline", GetTimeline).WithName("GetComponentTimeline")
            .WithSummary("Shows the states of a component over a time: up, failed, unknown, excluded, notObserved.")
            .WithDescription("Query: from, to (UTC, such as 2026-10-01T00:00:00Z; at most 400 days).");

        var failures = routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/failures").WithTags("Failures");
        failures.MapGet("/", ListFailures).WithName("ListFailures").WithSummary("Lists failures, latest first.")
            .WithDescription("Query: account, component, open (true), limit (1 to 1000, default 100), cursor.");
        failures.MapGet("/{failureId}", GetFailure).WithName("GetFailure")
            .WithSummary("Shows a failure with its versions, evidence, confirmations and exclusions.");
        failures.MapPost("/", ReportFailure).WithName("ReportFailure")
            .WithSummary("Reports a failure that the monitor did not see.")
            .WithDescription(RequestActor.Description + " Until null: it goes on.")
            .Accepts<ReportBody>("application/json", "*/*")
            .Produces<FailureResponse>(StatusCodes.Status201Created)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType);
        failures.MapPost("/{failureId}/times", SetTimes).WithName("SetFailureTimes")
            .WithSummary("Sets the times of a failure that was reported; a new version.")
            .WithDescription(RequestActor.Description)
            .Accepts<TimesBody>("application/json", "*/*")
            .Produces<FailureResponse>().ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);
        failures.MapPost("/{failureId}/confirmation", Confirm).WithName("ConfirmFailure")
            .WithSummary("Says what a failure came from. A cause excludes nothing by itself.")
            .WithDescription(RequestActor.Description)
            .Accepts<ConfirmationBody>("application/json", "*/*")
            .Produces<ConfirmationResponse>(StatusCodes.Status201Created)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);

        var account = routes.MapAccessGroup(AccessGroup.Account, "/api/v1/accounts/{accountId}/failures")
            .WithTags("Failures");
        account.MapGet("/", GetAccountFailures).WithName("GetAccountFailures")
            .WithSummary("Shows the failures of an account with all that the provider excludes, and on what evidence.")
            .WithDescription("Query: from, to (UTC; at most 400 days); without them the last 35 days.");
    }

    private static async Task<Ok<IReadOnlyList<ComponentResponse>>> ListComponents(
        ReferenceDirectory reference, ComponentStates states, FailureService service,
        CancellationToken cancellationToken)
    {
        var book = await reference.GetAsync(cancellationToken);
        var found = await states.ListAsync(book.Components, service.Now, cancellationToken);
        return TypedResults.Ok<IReadOnlyList<ComponentResponse>>([.. found.Select(ComponentResponse.Of)]);
    }

    private static async Task<Results<Ok<TimelineResponse>, ProblemHttpResult, ValidationProblem>> GetTimeline(
        string componentId, HttpContext context, FailureService service, ComponentStates states,
        CancellationToken cancellationToken)
    {
        if (await service.FindAsync(componentId, cancellationToken) is not { } component)
        {
            return Missing.Problem();
        }

        var errors = new Dictionary<string, string[]>();
        var time = RangeOf(context.Request.Query, service.Now, errors);
        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var parts = await states.TimelineAsync(component, time, service.Now, cancellationToken);
        return TypedResults.Ok(new TimelineResponse(component.Id, [.. parts.Select(TimelineResponsePart.Of)]));
    }

    private static async Task<Results<Ok<FailuresResponse>, ValidationProblem>> ListFailures(
        HttpContext context, FailureRepository failures, FailureDirectory directory, FailureService service,
        CancellationToken cancellationToken)
    {
        var errors = new Dictionary<string, string[]>();
        var query = context.Request.Query;
        var limit = CallSearch.LimitOf(query, "limit", DefaultLimit, FailureRepository.LargestPage, errors);
        var (account, component) = (IdOf(query, "account", errors), IdOf(query, "component", errors));
        var open = CallSearch.One(query, "open", errors);
        if (open is not (null or "true" or "false"))
        {
            errors["open"] = ["must be true or false"];
        }

        StoredFailure? before = null;
        if (IdOf(query, "cursor", errors) is { } cursor
            && (before = await service.LastVersionAsync(cursor, cancellationToken)) is null)
        {
            errors["cursor"] = ["is not a cursor of this list; begin without one"];
        }

        if (errors.Count > 0)
        {
            return TypedResults.ValidationProblem(errors);
        }

        var found = await failures.ListLatestAsync(
            account, component, open == "true", before, limit + 1, cancellationToken);
        var shown = new List<FailureResponse>();
        foreach (var stored in found.Take(limit))
        {
            shown.Add(FailureResponse.Of(await directory.OutageOfAsync(stored, service.Now, cancellationToken)));
        }

        return TypedResults.Ok(new FailuresResponse(shown, found.Count > limit ? found[limit - 1].FailureId : null));
    }

    private static async Task<Results<Ok<FailureDetailResponse>, ProblemHttpResult>> GetFailure(
        string failureId, FailurePages pages, CancellationToken cancellationToken) =>
        await pages.GetAsync(failureId, EvidenceLimit, cancellationToken) is { } view
            ? TypedResults.Ok(view.ToResponse())
            : Missing.Problem();

    private static async Task<IResult> ReportFailure(
        HttpContext context, FailureService service, FailureDirectory directory, CancellationToken cancellationToken)
    {
        var (fields, refusal) = await PostedFields.ReadAsync(context, cancellationToken);
        if (fields is null)
        {
            return refusal!;
        }

        using (fields)
        {
            var componentId = fields.Id("componentId");
            var (start, end) = (fields.Time("from"), fields.OptionalTime("until"));
            var cause = fields.Choice<FailureCause>("cause");
            var notes = fields.Text("notes");
            CheckTimes(fields, start, end, service.Now);
            if (fields.Problem() is { } problem)
            {
                return problem;
            }

            if (await service.FindAsync(componentId, cancellationToken) is not { } component)
            {
                return Missing.Problem();
            }

            var reported = await service.ReportAsync(
                component, start, end, notes, cause!.Value, fields.Actor, cancellationToken);
            var known = await directory.OutageOfAsync(reported, service.Now, cancellationToken);
            var response = FailureResponse.Of(known);
            context.NoteChange(
                null, AuditRequests.DigestOf(response), reported.PolicyVersion, reported.AccountId);
            return TypedResults.Created($"/api/v1/failures/{reported.FailureId}", response);
        }
    }

    private static async Task<IResult> SetTimes(
        string failureId, HttpContext context, FailureService service, FailureDirectory directory,
        CancellationToken cancellationToken)
    {
        var (fields, refusal) = await PostedFields.ReadAsync(context, cancellationToken);
        if (fields is null)
        {
            return refusal!;
        }

        using (fields)
        {
            var (start, end) = (fields.Time("from"), fields.OptionalTime("until"));
            var notes = fields.Text("notes");
            CheckTimes(fields, start, end, service.Now);
            if (fields.Problem() is { } problem)
            {
                return problem;
            }

            if (await service.LastVersionAsync(failureId, cancellationToken) is not { } last)
            {
                return Missing.Problem();
            }

            if (last.Origin != FailureOrigin.Reported)
            {
                return PostedFields.Refuse(
                    StatusCodes.Status409Conflict, "The times of a failure that was measured are what was measured.");
            }

            var before = FailureResponse.Of(await directory.OutageOfAsync(last, service.Now, cancellationToken));
            var next = await service.SetTimesAsync(last, start, end, notes, fields.Actor, cancellationToken);
            var response = FailureResponse.Of(await directory.OutageOfAsync(next, service.Now, cancellationToken));
            context.NoteChange(
                AuditRequests.DigestOf(before), AuditRequests.DigestOf(response), next.PolicyVersion,
                next.AccountId);
            return TypedResults.Ok(response);
        }
    }

    private static async Task<IResult> Confirm(
        string failureId, HttpContext context, FailureService service, FailureDirectory directory,
        CancellationToken cancellationToken)
    {
        var (fields, refusal) = await PostedFields.ReadAsync(context, cancellationToken);
        if (fields is null)
        {
            return refusal!;
        }

        using (fields)
        {
            var cause = fields.Choice<FailureCause>("cause");
            var notes = fields.Text("notes");
            if (fields.Problem() is { } problem)
            {
                return problem;
            }

            if (await service.LastVersionAsync(failureId, cancellationToken) is not { } last)
            {
                return Missing.Problem();
            }

            var before = FailureResponse.Of(await directory.OutageOfAsync(last, service.Now, cancellationToken));
            var confirmation = await service.ConfirmAsync(last, cause!.Value, notes, fields.Actor, cancellationToken);
            var response = ConfirmationResponse.Of(confirmation);
            context.NoteChange(
                AuditRequests.DigestOf(before), AuditRequests.DigestOf(response), last.PolicyVersion,
                last.AccountId);
            return TypedResults.Created($"/api/v1/failures/{failureId}", response);
        }
    }

    private static async Task<Results<Ok<AccountFailuresResponse>, ProblemHttpResult, ValidationProblem>>
        GetAccountFailures(
            string accountId, HttpContext context, IAccountBookSource books, AccountFailures failures,
            FailureService service, CancellationToken cancellationToken)
    {
        if (books.Book.FindAccount(accountId) is null)
        {
            return Missing.Problem();
        }

        var errors = new Dictionary<string, string[]>();
        var time = RangeOf(context.Request.Query, service.Now, errors);
        return errors.Count > 0
            ? TypedResults.ValidationProblem(errors)
            : TypedResults.Ok((await failures.GetAsync(accountId, time, cancellationToken)).ToResponse());
    }

    private static void CheckTimes(PostedFields fields, Instant start, Instant? end, Instant now)
    {
        if (end <= start)
        {
            fields.Errors["until"] = ["must be after from"];
        }

        if (start > now || end > now)
        {
            fields.Errors["from"] = ["a failure is reported when it has happened, not before"];
        }
    }

    private static string? IdOf(IQueryCollection query, string name, Dictionary<string, string[]> errors)
    {
        var text = CallSearch.One(query, name, errors);
        if (text is not null && !CallSearch.IsId(text))
        {
            errors[name] = ["must be 1 to 64 of the characters A-Z, a-z, 0-9, '-', '_' and '.'"];
        }

        return text;
    }

    private static Interval RangeOf(IQueryCollection query, Instant now, Dictionary<string, string[]> errors)
    {
        var to = TimeOf(query, "to", errors) ?? now;
        var from = TimeOf(query, "from", errors) ?? to - Duration.FromDays(35);
        if (errors.Count == 0 && (from >= to || to - from > Duration.FromDays(LargestRangeDays)))
        {
            errors["from"] = [$"must be before to, by at most {LargestRangeDays} days"];
        }

        return errors.Count > 0 ? default : new Interval(from, to);
    }

    private static Instant? TimeOf(IQueryCollection query, string name, Dictionary<string, string[]> errors)
    {
        if (CallSearch.One(query, name, errors) is not { } text)
        {
            return null;
        }

        if (InstantPattern.ExtendedIso.Parse(text) is { Success: true, Value: var at }
            && at >= NodaConstants.UnixEpoch && at < Instant.FromUtc(3000, 1, 1, 0, 0))
        {
            return at;
        }

        errors[name] = ["must be a time in UTC, such as 2026-10-01T06:00:00Z"];
        return null;
    }
}

/// <summary>A failure that a person reports.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="From">When it began.</param>
/// <param name="Until">When it was over; null while it goes on.</param>
/// <param name="Cause">
/// unknown, provider, underlyingCarrier, customer, customerInternet, thirdParty, maintenance or forceMajeure.
/// </param>
/// <param name="Notes">How it is known, 1 to 2,000 characters.</param>
internal sealed record ReportBody(string ComponentId, string From, string? Until, string Cause, string Notes);

/// <summary>The times of a failure that was reported.</summary>
/// <param name="From">When it began.</param>
/// <param name="Until">When it was over; null while it goes on.</param>
/// <param name="Notes">Why they are other ones, 1 to 2,000 characters.</param>
internal sealed record TimesBody(string From, string? Until, string Notes);

/// <summary>What the operations centre found out.</summary>
/// <param name="Cause">As for a report.</param>
/// <param name="Notes">In words, 1 to 2,000 characters.</param>
internal sealed record ConfirmationBody(string Cause, string Notes);
