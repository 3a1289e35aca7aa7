using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using NodaTime;
using VoiceQuality.Service.Claims;
using VoiceQuality.Service.Failures;
using VoiceQuality.Service.Ingest;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Storage.Failures;

namespace VoiceQuality.Service.Demo;

/// <summary>One outage of the demonstration.</summary>
/// <param name="UnitId">The unit whose trunk fails.</param>
/// <param name="DaysAgo">Civil days before today in the account's zone.</param>
/// <param name="Begin">Local time of its first failure.</param>
/// <param name="Minutes">How long it lasts.</param>
/// <param name="IsMaintenance">Whether it was work that the customer had notice of.</param>
internal sealed record DemoOutage(string UnitId, int DaysAgo, LocalTime Begin, int Minutes, bool IsMaintenance)
{
    /// <summary>Every outage.</summary>
    public static ImmutableArray<DemoOutage> All { get; } =
    [
        new("NYC-CLAIMS", DaysAgo: 9, new LocalTime(14, 5), Minutes: 135, IsMaintenance: false),
        new("ZRH-DUTY", DaysAgo: 6, new LocalTime(2, 10), Minutes: 40, IsMaintenance: true),
    ];

    /// <summary>When it is, in a calendar.</summary>
    public Interval TimeIn(Account account, Instant now)
    {
        var zone = account.Calendar.ZoneOf(account.Calendar.MonthOf(now));
        var start = zone.AtLeniently(now.InZone(zone).Date.PlusDays(-DaysAgo).At(Begin)).ToInstant();
        return new Interval(start, start + Duration.FromMinutes(Minutes));
    }
}

/// <summary>
/// What people do about the outages: the operations centre confirms them and excludes the one that was announced work,
/// a second person approves that, and the customers claim both.
/// </summary>
internal sealed class DemoOutageClaims(
    FailureDetector detector,
    FailureDirectory directory,
    FailureService service,
    ExclusionRepository exclusions,
    OutageClaimService claims,
    AccountDirectory accounts,
    TimeProvider time)
{
    private const string Engineer = "demo-noc";
    private const string Supervisor = "demo-noc-lead";

    /// <summary>Looks for the failures and carries everything through; again, it changes nothing.</summary>
    public async Task FileAsync(CancellationToken cancellationToken)
    {
        await detector.LookAsync(cancellationToken);
        var now = Instant.FromDateTimeOffset(time.GetUtcNow());
        foreach (var outage in DemoOutage.All)
        {
            var unit = accounts.Book.FindUnit(outage.UnitId)!;
            var account = accounts.Book.FindAccount(unit.AccountId!)!;
            var component = $"{outage.UnitId}-TRUNK";
            var around = outage.TimeIn(account, now);
            var known = await directory.GetAsync(account.AccountId, component, around, now, cancellationToken)
                ?? throw new InvalidOperationException("The demonstration has no component of the outage.");
            if (known.Failures.IsEmpty)
            {
                throw new InvalidOperationException("The demonstration's outage was not found in its traffic.");
            }

            if (known.Failures[0].Confirmation is null)
            {
                await ConfirmAsync(known, outage, around, cancellationToken);
            }

            await ClaimAsync(account, outage, component, around, cancellationToken);
        }
    }

    private async Task ConfirmAsync(
        ComponentOutages known, DemoOutage outage, Interval around, CancellationToken cancellationToken)
    {
        var failure = known.Failures[0].Stored;
        if (!outage.IsMaintenance)
        {
            await service.ConfirmAsync(
                failure, FailureCause.Provider, "A border controller refused every call with 503 until it was restarted.",
                Engineer, cancellationToken);
            return;
        }

        await service.ConfirmAsync(
            failure, FailureCause.Maintenance, "Planned change of the trunk's software.", Engineer, cancellationToken);
        var window = new Interval(around.Start - Duration.FromMinutes(10), around.End + Duration.FromMinutes(30));
        var planned = await service.PlanAsync(
            known.Component, window, "New software of the border controller.", Engineer, cancellationToken);
        await exclusions.AddAsync(
            new NoticeReceipt(
                planned.MaintenanceId, known.Component.AccountId, around.Start - Duration.FromDays(3), "mail-2210",
                Engineer, service.Now),
            cancellationToken);
        var exclusion = await service.ExcludeAsync(
            known.Component,
            new Exclusion
            {
                Cause = ExclusionCause.NotifiedSoftwareMaintenance,
                Time = window,
                Evidence = ["change-118", "mail-2210"],
            },
            planned.MaintenanceId,
            Engineer,
            cancellationToken);
        await service.StepAsync(exclusion.ExclusionId, ExclusionStep.Approved, Supervisor, cancellationToken);
    }

    // The customer tells about when it was, to five minutes.
    private async Task ClaimAsync(
        Account account, DemoOutage outage, string component, Interval around, CancellationToken cancellationToken)
    {
        var zone = account.Calendar.ZoneOf(account.Calendar.MonthOf(around.Start));
        var begin = around.Start.InZone(zone).LocalDateTime;
        var item = new OutageItem(
            component, begin.Date, begin.PlusMinutes(-5), around.End.InZone(zone).LocalDateTime.PlusMinutes(5), false);
        var name = $"demo-outage-{component}-{begin.Date:uuuu-MM-dd}";
        var digest = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)));
        await claims.ClaimAsync(
            new OutageMessageRequest(account.AccountId, [item], name, digest), cancellationToken);
    }
}
