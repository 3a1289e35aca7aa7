using System.Security.Cryptography;
using NodaTime;
using VoiceQuality.Service.Reference;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Failures;

/// <summary>What people of the carrier do about failures, exclusions and planned work.</summary>
internal sealed class FailureService(
    ReferenceDirectory reference,
    FailureDirectory directory,
    FailureRepository failures,
    ExclusionRepository exclusions,
    ChangedOutages changed,
    TimeProvider time)
{
    /// <summary>What becomes of a step.</summary>
    internal enum StepOutcome
    {
        /// <summary>It was done.</summary>
        Done,

        /// <summary>There is no such exclusion.</summary>
        Missing,

        /// <summary>The author cannot do it .</summary>
        SamePerson,

        /// <summary>It was done before, or the exclusion was taken back.</summary>
        TooLate,
    }

    /// <summary>Now, to the microsecond.</summary>
    public Instant Now => Instant.FromUnixTimeTicks(
        Instant.FromDateTimeOffset(time.GetUtcNow()).ToUnixTimeTicks() / 10 * 10);

    /// <summary>A component; null when there is none with this id.</summary>
    public async Task<Component?> FindAsync(string componentId, CancellationToken cancellationToken) =>
        (await reference.GetAsync(cancellationToken)).FindComponent(componentId);

    /// <summary>The version of a failure that stands or stood last; null when there is none with this id.</summary>
    public async Task<StoredFailure?> LastVersionAsync(string failureId, CancellationToken cancellationToken)
    {
        var versions = await failures.GetVersionsAsync(failureId, cancellationToken);
        return versions.Count == 0 ? null : versions[^1];
    }

    /// <summary>Takes a failure that a person reports.</summary>
    public async Task<StoredFailure> ReportAsync(
        Component component, Instant start, Instant? end, string notes, FailureCause cause, string actor,
        CancellationToken cancellationToken)
    {
        var policy = (await directory.PolicyAtAsync(component.AccountId, cancellationToken))(start);
        var reported = new StoredFailure
        {
            FailureId = NewId("R-"),
            Version = 1,
            ComponentId = component.Id,
            AccountId = component.AccountId,
            Origin = FailureOrigin.Reported,
            Change = FailureChangeKind.Found,
            Start = start,
            End = end,
            PolicyVersion = policy.Version,
            PolicyDigest = policy.Digest,
            Actor = actor,
            Notes = notes,
            RecordedAt = Now,
        };
        await failures.AddAsync(reported, cancellationToken);
        await failures.ConfirmAsync(reported.FailureId, 1, cause, notes, actor, Now, cancellationToken);
        return reported;
    }

    /// <summary>Sets the times of a failure that a person reported.</summary>
    public async Task<StoredFailure> SetTimesAsync(
        StoredFailure last, Instant start, Instant? end, string notes, string actor,
        CancellationToken cancellationToken)
    {
        var next = last with
        {
            Version = last.Version + 1,
            Change = FailureChangeKind.SetByHand,
            Start = start,
            End = end,
            Actor = actor,
            Notes = notes,
            RecordedAt = Now,
        };
        await failures.AddAsync(next, cancellationToken);
        changed.Add(next.ComponentId);
        return next;
    }

    /// <summary>Takes what the operations centre found out.</summary>
    public Task<FailureConfirmation> ConfirmAsync(
        StoredFailure last, FailureCause cause, string notes, string actor, CancellationToken cancellationToken) =>
        failures.ConfirmAsync(last.FailureId, last.Version, cause, notes, actor, Now, cancellationToken);

    /// <summary>Takes an exclusion, which nobody has approved yet.</summary>
    public async Task<StoredExclusion> ExcludeAsync(
        Component component, Exclusion said, string? maintenanceId, string author, CancellationToken cancellationToken)
    {
        var exclusion = new StoredExclusion(
            NewId("X-"), component.AccountId, component.Id, said with { Author = author, RecordedAt = Now },
            maintenanceId, []);
        await exclusions.AddAsync(exclusion, cancellationToken);
        return (await exclusions.GetAsync(exclusion.ExclusionId, cancellationToken))!;
    }

    /// <summary>Does a step of an exclusion. A second person approves; the author may only take it back.</summary>
    public async Task<StepOutcome> StepAsync(
        string exclusionId, ExclusionStep step, string actor, CancellationToken cancellationToken)
    {
        if (await exclusions.GetAsync(exclusionId, cancellationToken) is not { } known)
        {
            return StepOutcome.Missing;
        }

        if (known.IsWithdrawn)
        {
            return StepOutcome.TooLate;
        }

        if (step != ExclusionStep.Withdrawn && Pages.RequestActor.IsSame(known.Exclusion.Author!, actor))
        {
            return StepOutcome.SamePerson;
        }

        var done = new ExclusionStepDone(step, actor, Now);
        if (!await exclusions.AddStepAsync(exclusionId, done, cancellationToken))
        {
            return StepOutcome.TooLate;
        }

        changed.Add(known.ComponentId);
        return StepOutcome.Done;
    }

    /// <summary>Takes planned work.</summary>
    public async Task<MaintenanceWindow> PlanAsync(
        Component component, Interval window, string description, string actor, CancellationToken cancellationToken)
    {
        var planned = new MaintenanceWindow(
            NewId("M-"), component.Id, component.AccountId, window, description, actor, Now);
        await exclusions.AddAsync(planned, cancellationToken);
        return planned;
    }

    private static string NewId(string prefix) =>
        prefix + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(8));
}
