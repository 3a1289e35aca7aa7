using NodaTime;
using VoiceQuality.Monitor.Sources.Synthetic;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;

namespace VoiceQuality.Service.Demo;

/// <summary>Plans the calls of the demonstration: the past in one go, then the present one by one.</summary>
internal sealed class DemoCalls(AccountBook book, DemoOptions options)
{
    /// <summary>Calls of the past end this long before now, so that the last one is over.</summary>
    private static readonly Duration Margin = Duration.FromMinutes(3);

    /// <summary>The unit for which calls come late.</summary>
    public const string LateUnitId = "ZRH-TRAINING";

    /// <summary>Share of attempts that are not answered.</summary>
    private const double NotAnswered = 0.18;

    /// <summary>All calls of last month and of this month so far, by start.</summary>
    public IReadOnlyList<SyntheticCallPlan> Past(DateTimeOffset now)
    {
        var plans = new List<SyntheticCallPlan>();
        var until = Instant.FromDateTimeOffset(now) - Margin;

        foreach (var account in DemoWorld.Accounts)
        {
            var calendar = book.FindAccount(account.AccountId)!.Calendar;
            var current = calendar.MonthOf(until);

            foreach (var unit in account.Units)
            {
                AddMonth(plans, unit, unit.Past, calendar.Bounds(current.Previous), calendar, until);
                AddMonth(plans, unit, unit.Current, calendar.Bounds(current), calendar, until);
            }
        }

        AddStrangers(plans, until);
        foreach (var outage in DemoOutage.All)
        {
            AddOutage(plans, outage, Instant.FromDateTimeOffset(now));
        }

        Sort(plans);
        return plans;
    }

    /// <summary>
    /// Calls of last month that another probe hands in late. They are bad enough to move the month into the row below.
    /// </summary>
    public IReadOnlyList<SyntheticCallPlan> Late(DateTimeOffset now)
    {
        var account = DemoWorld.Accounts.Single(account => account.Units.Any(unit => unit.UnitId == LateUnitId));
        var unit = account.Units.Single(unit => unit.UnitId == LateUnitId);
        var calendar = book.FindAccount(account.AccountId)!.Calendar;
        var period = calendar.Bounds(calendar.MonthOf(Instant.FromDateTimeOffset(now)).Previous);
        var random = new DemoRandom(options.Seed ^ 0x1A7E);
        var plans = new List<SyntheticCallPlan>();
        for (var i = 0; i < options.CallsPerUnitMonth * unit.Weight / 10 / 2; i++)
        {
            var start = BusyInstant(period.Start, period.End, calendar.ZoneOf(period.Month), ref random);
            plans.Add(Plan(unit, DemoQuality.Broken, NsOf(start), ref random) with { Outcome = SyntheticOutcome.Answered });
        }

        Sort(plans);
        return plans;
    }

    /// <summary>Calls from now on without an end, one each few seconds, so that a few are always in progress.</summary>
    public IEnumerable<SyntheticCallPlan> Live(DateTimeOffset now)
    {
        var random = new DemoRandom(options.Seed ^ 0x11FE);
        var units = DemoWorld.Accounts.SelectMany(a => a.Units).Where(u => u.Current != DemoQuality.Silent).ToArray();
        var startNs = (now - DateTimeOffset.UnixEpoch).Ticks * 100;

        while (true)
        {
            startNs += random.Next(800, 3_200) * 1_000_000L;
            var unit = units[random.Next(0, units.Length)];
            yield return Plan(unit, unit.Current, startNs, ref random) with { RingTime = TimeSpan.FromSeconds(1) };
        }
    }

    private void AddMonth(
        List<SyntheticCallPlan> plans, DemoUnit unit, DemoQuality quality, MonthlyPeriod period,
        AccountCalendar calendar, Instant until)
    {
        var end = period.End < until ? period.End : until;

        if (quality == DemoQuality.Silent || end <= period.Start)
        {
            return;
        }

        var random = new DemoRandom(
            options.Seed ^ ((ulong)unit.Number << 40) ^ (ulong)((period.Month.Year * 12) + period.Month.Month));
        var zone = calendar.ZoneOf(period.Month);
        var calls = options.CallsPerUnitMonth * unit.Weight / 10;

        for (var i = 0; i < calls; i++)
        {
            var start = BusyInstant(period.Start, end, zone, ref random);
            plans.Add(Plan(unit, quality, NsOf(start), ref random));
        }
    }

    // A call that works, then nothing but failures, then one that works again.
    private void AddOutage(List<SyntheticCallPlan> plans, DemoOutage outage, Instant now)
    {
        var account = DemoWorld.Accounts.Single(account => account.Units.Any(unit => unit.UnitId == outage.UnitId));
        var unit = account.Units.Single(unit => unit.UnitId == outage.UnitId);
        var time = outage.TimeIn(book.FindAccount(account.AccountId)!, now);
        var (trunk, quiet) = (DemoWorld.TrunkOf(unit.Number, DemoWorld.SignallingHost), Duration.FromMinutes(5));
        plans.RemoveAll(plan => plan.TrunkAddress.Equals(trunk)
            && plan.StartNs >= NsOf(time.Start - quiet) && plan.StartNs <= NsOf(time.End + quiet));

        var random = new DemoRandom(options.Seed ^ ((ulong)unit.Number << 24) ^ 0x0FF);
        Add(time.Start - Duration.FromMinutes(3), SyntheticOutcome.Answered);
        for (var at = time.Start; at < time.End; at += Duration.FromMinutes(4))
        {
            Add(at, SyntheticOutcome.Failed);
        }

        Add(time.End, SyntheticOutcome.Answered);

        void Add(Instant at, SyntheticOutcome outcome) =>
            plans.Add(Plan(unit, DemoQuality.Clean, NsOf(at), ref random) with
            {
                Outcome = outcome,
                FinalStatus = outcome == SyntheticOutcome.Failed ? 503 : null,
            });
    }

    private static void Sort(List<SyntheticCallPlan> plans) => plans.Sort(static (a, b) =>
        a.StartNs != b.StartNs ? a.StartNs.CompareTo(b.StartNs) : string.CompareOrdinal(a.Caller, b.Caller));

    private void AddStrangers(List<SyntheticCallPlan> plans, Instant until)
    {
        var random = new DemoRandom(options.Seed ^ 0x57AA);
        var from = until - Duration.FromDays(35);
        var stranger = new DemoUnit(
            DemoWorld.StrangerNumber, "", "", DemoRule.Trunk, DemoQuality.Good, DemoQuality.Good);

        for (var i = 0; i < options.CallsPerUnitMonth; i++)
        {
            plans.Add(Plan(
                stranger, DemoQuality.Good, NsOf(BusyInstant(from, until, DateTimeZone.Utc, ref random)), ref random));
        }
    }

    /// <summary>Most calls fall into the working hours of the account's zone.</summary>
    private static Instant BusyInstant(Instant from, Instant until, DateTimeZone zone, ref DemoRandom random)
    {
        var span = (until - from).TotalMilliseconds;
        var instant = from;

        for (var tries = 0; tries < 8; tries++)
        {
            instant = from + Duration.FromMilliseconds((long)(random.NextDouble() * span));
            var local = instant.InZone(zone);
            var isBusy = local.Hour is >= 8 and < 18 && local.DayOfWeek < IsoDayOfWeek.Saturday;

            if (isBusy || random.NextDouble() < 0.08)
            {
                break;
            }
        }

        return instant;
    }

    private static SyntheticCallPlan Plan(DemoUnit unit, DemoQuality quality, long startNs, ref DemoRandom random)
    {
        var isOutgoing = random.NextDouble() < 0.4;
        var line = random.Next(0, DemoNumbers.LinesPerUnit);
        var own = !isOutgoing && DemoReference.IsRated(unit)
            ? DemoNumbers.TollFree(unit.Number, line % DemoNumbers.TollFreeLines)
            : DemoNumbers.Own(unit.Number, line);
        var other = DemoNumbers.Outside(random.Next(0, 10_000));
        var isKnownByDomain = unit.Rule == DemoRule.Domain;

        return new SyntheticCallPlan
        {
            StartNs = startNs,
            Caller = isOutgoing ? own : other,
            Callee = isOutgoing ? other : own,
            CallerIsCustomer = isOutgoing,
            TrunkAddress = DemoWorld.TrunkOf(unit.Number, DemoWorld.SignallingHost),
            SbcAddress = DemoWorld.BorderOf(unit.Number),
            TrunkMediaAddress = DemoWorld.TrunkOf(unit.Number, random.Next(10, 14)),
            CallerDomain = isKnownByDomain && isOutgoing ? unit.Domain : null,
            CalleeDomain = isKnownByDomain && !isOutgoing ? unit.Domain : null,
            ExtraHeaders = unit.Rule == DemoRule.Header ? [$"{DemoWorld.HeaderName}: {unit.HeaderValue}"] : [],
            Duration = TimeSpan.FromMilliseconds(random.Next(6_000, 22_000)),
            PostDialDelay = TimeSpan.FromMilliseconds(random.Next(300, 3_500)),
            RingTime = TimeSpan.FromMilliseconds(random.Next(500, 9_000)),
            Codec = unit.Codec,
            FromCaller = DemoImpairments.Of(quality, ref random),
            FromCallee = DemoImpairments.Of(quality, ref random),
            Outcome = OutcomeOf(ref random),
            ReleasedBy = random.NextDouble() < 0.5 ? SyntheticParty.Caller : SyntheticParty.Callee,
        };
    }

    private static SyntheticOutcome OutcomeOf(ref DemoRandom random)
    {
        if (random.NextDouble() >= NotAnswered)
        {
            return SyntheticOutcome.Answered;
        }

        return random.Next(0, 10) switch
        {
            < 4 => SyntheticOutcome.Cancelled,
            < 6 => SyntheticOutcome.Rejected,
            < 8 => SyntheticOutcome.Unanswered,
            _ => SyntheticOutcome.Failed,
        };
    }

    private static long NsOf(Instant instant) => instant.ToUnixTimeTicks() * 100;
}
