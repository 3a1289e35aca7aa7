using Microsoft.AspNetCore.Http.HttpResults;
using NodaTime;
using VoiceQuality.Service.Audit;
using VoiceQuality.Service.Pages;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>Exclusions, and planned work with the notices of it.</summary>
internal static class ExclusionEndpoints
{
    /// <summary>Maps <c>/api/v1/exclusions…</c> and <c>/api/v1/maintenance…</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var exclusions = routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/exclusions").WithTags("Exclusions");
        exclusions.MapPost("/", Exclude).WithName("AddExclusion")
            .WithSummary("Says that a time of failure has one of the five causes of the contract.")
            .WithDescription(RequestActor.Description + " It takes nothing out before a second person has approved it.")
            .Accepts<ExclusionBody>("application/json", "*/*")
            .Produces<ExclusionResponse>(StatusCodes.Status201Created)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        exclusions.MapGet("/{exclusionId}", GetExclusion).WithName("GetExclusion")
            .WithSummary("Shows an exclusion, and whether it applies.");
        MapStep(exclusions, "approval", ExclusionStep.Approved, "ApproveExclusion",
            "Approves an exclusion; by another person than its author.");
        MapStep(exclusions, "legal-approval", ExclusionStep.LegallyApproved, "ApproveExclusionLegally",
            "Approves force majeure for the legal department; by another person than its author.");
        MapStep(exclusions, "withdrawal", ExclusionStep.Withdrawn, "WithdrawExclusion", "Takes an exclusion back.");

        var maintenance = routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/maintenance").WithTags("Exclusions");
        maintenance.MapPost("/", Plan).WithName("PlanMaintenance")
            .WithSummary("Records planned work on the software of a component.")
            .WithDescription(RequestActor.Description)
            .Accepts<MaintenanceBody>("application/json", "*/*")
            .Produces<MaintenanceResponse>(StatusCodes.Status201Created)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
        maintenance.MapGet("/{maintenanceId}", GetMaintenance).WithName("GetMaintenance")
            .WithSummary("Shows planned work and the notices of it.");
        maintenance.MapPost("/{maintenanceId}/notices", AddNotice).WithName("AddMaintenanceNotice")
            .WithSummary("Records that a customer was sent notice of planned work.")
            .WithDescription(RequestActor.Description)
            .Accepts<NoticeBody>("application/json", "*/*")
            .Produces<MaintenanceResponse>(StatusCodes.Status201Created)
            .ProducesValidationProblem().ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapStep(
        RouteGroupBuilder group, string path, ExclusionStep step, string name, string summary) =>
        group.MapPost("/{exclusionId}/" + path, (
                string exclusionId, HttpContext context, FailureService service, ExclusionRepository exclusions,
                FailureDirectory directory, CancellationToken cancellationToken) =>
                StepAsync(exclusionId, step, context, service, exclusions, directory, cancellationToken))
            .WithName(name).WithSummary(summary).WithDescription(RequestActor.Description + " No body.")
            .Produces<ExclusionResponse>().ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status403Forbidden).ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status409Conflict);

    private static async Task<IResult> StepAsync(
        string exclusionId, ExclusionStep step, HttpContext context, FailureService service,
        ExclusionRepository exclusions, FailureDirectory directory, CancellationToken cancellationToken)
    {
        if (!RequestActor.TryRead(context, out var actor, out var refusal))
        {
            return refusal;
        }

        var before = await exclusions.GetAsync(exclusionId, cancellationToken) is { } was
            ? AuditRequests.DigestOf(await ResponseOfAsync(was, directory, cancellationToken))
            : null;
        switch (await service.StepAsync(exclusionId, step, actor, cancellationToken))
        {
            case FailureService.StepOutcome.Missing:
                return Missing.Problem();
            case FailureService.StepOutcome.SamePerson:
                return PostedFields.Refuse(
                    StatusCodes.Status403Forbidden, "Another person than the author approves an exclusion.");
            case FailureService.StepOutcome.TooLate:
                return PostedFields.Refuse(
                    StatusCodes.Status409Conflict, "This was done before, or the exclusion was taken back.");
            default:
                var done = await exclusions.GetAsync(exclusionId, cancellationToken);
                return TypedResults.Ok(await NoteAsync(context, before, done!, directory, cancellationToken));
        }
    }

    private static async Task<IResult> Exclude(
        HttpContext context, FailureService service, FailureDirectory directory, ExclusionRepository exclusions,
        CancellationToken cancellationToken)
    {
        var (fields, refusal) = await PostedFields.ReadAsync(context, cancellationToken);
        if (fields is null)
        {
            return refusal!;
        }

        using (fields)
        {
            var componentId = fields.Id("componentId");
            var cause = fields.Choice<ExclusionCause>("cause");
            var (start, end) = (fields.Time("from"), fields.Time("until"));
            var evidence = fields.References("evidence");
            var maintenanceId = fields.OptionalText("maintenanceId");
            var textReference = fields.OptionalText("textReference");
            var isProvidersCarrier = fields.Flag("isProvidersCarrier");
            if (fields.Errors.Count == 0 && end <= start)
            {
                fields.Errors["until"] = ["must be after from"];
            }

            if ((maintenanceId is not null) != (cause == ExclusionCause.NotifiedSoftwareMaintenance))
            {
                fields.Errors.TryAdd("maintenanceId", ["goes with the cause notifiedSoftwareMaintenance and no other"]);
            }

            if (fields.Problem() is { } problem)
            {
                return problem;
            }

            if (await service.FindAsync(componentId, cancellationToken) is not { } component
                || (maintenanceId is not null
                    && (await exclusions.GetMaintenanceAsync(maintenanceId, cancellationToken))?.ComponentId
                        != component.Id))
            {
                return Missing.Problem();
            }

            var said = new Exclusion
            {
                Cause = cause,
                Time = new Interval(start, end),
                Evidence = [.. evidence],
                IsProvidersCarrier = isProvidersCarrier,
                TextReference = textReference,
            };
            var stored = await service.ExcludeAsync(component, said, maintenanceId, fields.Actor, cancellationToken);
            return TypedResults.Created(
                $"/api/v1/exclusions/{stored.ExclusionId}",
                await NoteAsync(context, null, stored, directory, cancellationToken));
        }
    }

    private static async Task<Results<Ok<ExclusionResponse>, ProblemHttpResult>> GetExclusion(
        string exclusionId, ExclusionRepository exclusions, FailureDirectory directory,
        CancellationToken cancellationToken) =>
        await exclusions.GetAsync(exclusionId, cancellationToken) is { } stored
            ? TypedResults.Ok(await ResponseOfAsync(stored, directory, cancellationToken))
            : Missing.Problem();

    private static async Task<IResult> Plan(
        HttpContext context, FailureService service, CancellationToken cancellationToken)
    {
        var (fields, refusal) = await PostedFields.ReadAsync(context, cancellationToken);
        if (fields is null)
        {
            return refusal!;
        }

        using (fields)
        {
            var componentId = fields.Id("componentId");
            var (start, end) = (fields.Time("from"), fields.Time("until"));
            var description = fields.Text("description");
            if (fields.Errors.Count == 0 && end <= start)
            {
                fields.Errors["until"] = ["must be after from"];
            }

            if (fields.Problem() is { } problem)
            {
                return problem;
            }

            if (await service.FindAsync(componentId, cancellationToken) is not { } component)
            {
                return Missing.Problem();
            }

            var planned = await service.PlanAsync(
                component, new Interval(start, end), description, fields.Actor, cancellationToken);
            var response = MaintenanceResponse.Of(planned, []);
            context.NoteChange(null, AuditRequests.DigestOf(response), accountId: component.AccountId);
            return TypedResults.Created($"/api/v1/maintenance/{planned.MaintenanceId}", response);
        }
    }

    private static async Task<Results<Ok<MaintenanceResponse>, ProblemHttpResult>> GetMaintenance(
        string maintenanceId, ExclusionRepository exclusions, CancellationToken cancellationToken) =>
        await exclusions.GetMaintenanceAsync(maintenanceId, cancellationToken) is { } window
            ? TypedResults.Ok(MaintenanceResponse.Of(
                window, await exclusions.ListNoticesAsync(maintenanceId, cancellationToken)))
            : Missing.Problem();

    private static async Task<IResult> AddNotice(
        string maintenanceId, HttpContext context, FailureService service, ExclusionRepository exclusions,
        CancellationToken cancellationToken)
    {
        var (fields, refusal) = await PostedFields.ReadAsync(context, cancellationToken);
        if (fields is null)
        {
            return refusal!;
        }

        using (fields)
        {
            var accountId = fields.Id("accountId");
            var sentAt = fields.Time("sentAt");
            var sendRecord = fields.OptionalText("sendRecord");
            if (string.IsNullOrEmpty(sendRecord))
            {
                fields.Errors.TryAdd("sendRecord", ["must be a reference to the record of the sending"]);
            }

            if (fields.Errors.Count == 0 && sentAt > service.Now)
            {
                fields.Errors["sentAt"] = ["must not be in the future: it was sent, or it was not"];
            }

            if (fields.Problem() is { } problem)
            {
                return problem;
            }

            if (await exclusions.GetMaintenanceAsync(maintenanceId, cancellationToken) is not { } window)
            {
                return Missing.Problem();
            }

            var before = MaintenanceResponse.Of(
                window, await exclusions.ListNoticesAsync(maintenanceId, cancellationToken));
            await exclusions.AddAsync(
                new NoticeReceipt(maintenanceId, accountId, sentAt, sendRecord!, fields.Actor, service.Now),
                cancellationToken);
            var response = MaintenanceResponse.Of(
                window, await exclusions.ListNoticesAsync(maintenanceId, cancellationToken));
            context.NoteChange(AuditRequests.DigestOf(before), AuditRequests.DigestOf(response));
            return TypedResults.Created($"/api/v1/maintenance/{maintenanceId}", response);
        }
    }

    private static async Task<ExclusionResponse> NoteAsync(
        HttpContext context, string? before, StoredExclusion stored, FailureDirectory directory,
        CancellationToken cancellationToken)
    {
        var policyAt = await directory.PolicyAtAsync(stored.AccountId, cancellationToken);
        var policy = policyAt(stored.Exclusion.Time.Start);
        var response = ExclusionResponse.Of(stored, policy);
        context.NoteChange(before, AuditRequests.DigestOf(response), policy.Version, stored.AccountId);
        return response;
    }

    private static async Task<ExclusionResponse> ResponseOfAsync(
        StoredExclusion stored, FailureDirectory directory, CancellationToken cancellationToken)
    {
        var policyAt = await directory.PolicyAtAsync(stored.AccountId, cancellationToken);
        return ExclusionResponse.Of(stored, policyAt(stored.Exclusion.Time.Start));
    }
}

/// <summary>An exclusion.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="Cause">
/// customerEquipment, customerInternet, thirdPartyTelephony, notifiedSoftwareMaintenance or forceMajeure.
/// </param>
/// <param name="From">First instant.</param>
/// <param name="Until">First instant after it.</param>
/// <param name="Evidence">1 to 20 references.</param>
/// <param name="MaintenanceId">The planned work; only for notifiedSoftwareMaintenance.</param>
/// <param name="TextReference">Which text of the contract it goes by; for forceMajeure.</param>
/// <param name="IsProvidersCarrier">Whether the telephony was bought by the provider, so that it is no third
/// party's.</param>
internal sealed record ExclusionBody(
    string ComponentId, string Cause, string From, string Until, string[] Evidence, string? MaintenanceId,
    string? TextReference, bool IsProvidersCarrier);

/// <summary>Planned work.</summary>
/// <param name="ComponentId">The component.</param>
/// <param name="From">Announced start.</param>
/// <param name="Until">Announced end.</param>
/// <param name="Description">What is done, 1 to 2,000 characters.</param>
internal sealed record MaintenanceBody(string ComponentId, string From, string Until, string Description);

/// <summary>A notice that was sent.</summary>
/// <param name="AccountId">The customer.</param>
/// <param name="SentAt">When.</param>
/// <param name="SendRecord">Reference to the record of the sending.</param>
internal sealed record NoticeBody(string AccountId, string SentAt, string SendRecord);
