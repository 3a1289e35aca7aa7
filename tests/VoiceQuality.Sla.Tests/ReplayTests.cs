using System.Collections.Immutable;
using FsCheck;
using FsCheck.Fluent;
using NodaTime;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Credits;
using VoiceQuality.Sla.Ledger;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Policies;
using VoiceQuality.Sla.Usage;
using Interval = NodaTime.Interval;

namespace VoiceQuality.Sla.Tests;

/// <summary>Order of arrival changes no amount, and what comes again changes nothing.</summary>
public class ReplayTests
{
    private static readonly ContractPolicy Policy = ContractPolicy.Default;
    private static readonly AccountCalendar Denver = new(DateTimeZoneProviders.Tzdb["America/Denver"]);
    private static readonly ServiceMonth February = new(2025, 2);
    private static readonly Instant Start = Instant.FromUtc(2025, 2, 27, 0, 0);

    private static readonly Gen<Interval> Time =
        from begin in Gen.Choose(0, 400)
        from length in Gen.Choose(0, 90)
        select new Interval(At(begin), At(begin + length));

    private static readonly Gen<UsageLine> Line =
        from kind in Gen.Elements(Enum.GetValues<ChargeKind>())
        from month in Gen.Elements(February, February.Next)
        from cents in Gen.Choose(-5_000, 50_000)
        from number in Gen.Elements("+18885550123", "+18885550199")
        select new UsageLine("A", "u", month, kind, cents / 100m, Number(number));

    // Between claims that come too early and too late, one is decided; every later one is a repeat of it.
    [Fact]
    public void However_often_and_in_whatever_order_a_month_is_claimed_it_is_credited_once() => Prop.ForAll(
        Gen.Choose(-40, 60).ListOf().ToArbitrary(),
        Gen.Choose(0, 1_000_000).ToArbitrary(),
        (days, cents) =>
        {
            var end = Denver.Bounds(February).End;
            var window = Denver.Bounds(February.Next);
            string? first = null;
            var granted = new List<decimal>();

            foreach (var at in days.Select(day => end + Duration.FromDays(day)))
            {
                var claim = new MosClaim(
                    February, at, Denver, MosTier.ForMean(3.4m), UsageBase.Known(cents / 100m), first);
                var decision = MosCredit.Decide(claim, Policy);
                Assert.Equal(first is not null, decision.Reason == MosCreditReason.Duplicate);
                first ??= decision.SettlesMonth ? "D-1" : null;
                granted.Add(decision.Credit);
            }

            var settling = days.Select(day => end + Duration.FromDays(day)).Where(at => at >= end).Take(1).ToList();
            var isInTime = settling.Count == 1 && window.Contains(settling[0]);
            Assert.Equal(isInTime ? Money.RoundToCents(cents * 0.003m) : 0m, granted.Sum());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void The_base_and_what_is_barred_make_up_the_usage_in_whatever_order_its_lines_come() => Prop.ForAll(
        Line.ListOf().ToArbitrary(),
        lines =>
        {
            var barred = new HashSet<PhoneNumber> { Number("+18885550123") };
            var forward = UsageBase.OfComplete(lines, February, barred);
            var usage = lines.Where(line => line.Month == February && line.Kind <= ChargeKind.TierCSurcharge).ToList();

            Assert.Equal(forward, UsageBase.OfComplete(Enumerable.Reverse(lines), February, barred));
            Assert.Equal(usage.Sum(line => line.Amount), forward.Amount + forward.BarredAmount);
            Assert.Equal(
                usage.Where(line => barred.Contains(line.Number!.Value)).Sum(line => line.Amount),
                forward.BarredAmount);
        }).QuickCheckThrowOnFailure();

    // A date fails when some minute of it failed and was not excluded: told minute by minute.
    [Fact]
    public void Failures_and_exclusions_in_any_order_and_twice_touch_the_same_dates() => Prop.ForAll(
        Time.ListOf().ToArbitrary(),
        Time.ListOf().ToArbitrary(),
        (failed, excluded) =>
        {
            var failures = failed.Select(time => new ComponentFailure("f", "c", time.Start, time.End)).ToList();
            var exclusions = excluded.Select(ExclusionOf).ToList();
            var forward = DatesOf(failures, exclusions);
            var again = DatesOf(
                [.. Enumerable.Reverse(failures), .. failures], Enumerable.Reverse(exclusions).Concat(exclusions));
            var expected = Enumerable.Range(0, 500).Select(At)
                .Where(at => failed.Any(time => time.Contains(at)) && !excluded.Any(time => time.Contains(at)))
                .Select(at => at.InZone(Denver.ZoneOf(February)).Date)
                .Distinct();

            Assert.Equal(expected.ToList(), forward.ToList());
            Assert.Equal(forward.ToList(), again.ToList());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_request_is_submitted_with_its_last_element_in_whatever_order_letters_are_read() => Prop.ForAll(
        (from hour in Gen.Choose(0, 900)
         from elements in Gen.Elements(Enum.GetValues<RequestElement>()).ListOf()
         select new RequestArrival(Start + Duration.FromHours(hour), elements)).ListOf().ToArbitrary(),
        arrivals =>
        {
            RequestedFailure[] failures = [new("F", Start)];
            var forward = OutageRequest.Decide(failures, arrivals, Denver, Policy);
            var backward = OutageRequest.Decide(
                failures, Enumerable.Reverse(arrivals).Concat(arrivals), Denver, Policy);
            var firsts = Enum.GetValues<RequestElement>().Select(element => arrivals
                .Where(arrival => arrival.Elements.Contains(element))
                .Select(arrival => (Instant?)arrival.At).Min()).ToList();

            Assert.Equal(firsts.Contains(null) ? null : firsts.Max(), forward.SubmittedAt);
            Assert.Equal(firsts.Count(first => first is null), forward.Missing.Length);
            Assert.Equal(forward.SubmittedAt, backward.SubmittedAt);
            Assert.Equal(forward.Failures.Single(), backward.Failures.Single());
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_key_of_an_account_runs_once_whatever_comes_with_it() => Prop.ForAll(
        (from account in Gen.Elements("A", "B")
         from key in Gen.Elements("k1", "k2")
         from body in Gen.Elements("h1", "h2")
         select (account, key, body)).ListOf().ToArbitrary(),
        requests =>
        {
            var known = new Dictionary<(string, string), KnownKey>();
            var runs = 0;

            foreach (var (account, key, body) in requests)
            {
                KnownKey? first = known.TryGetValue((account, key), out var found) ? found : null;
                var decision = Idempotency.Decide(key, body, first);
                Assert.Equal(
                    first is null ? IdempotencyDecision.Run
                        : found.BodyDigest == body ? IdempotencyDecision.Replay
                        : IdempotencyDecision.BodyDiffers,
                    decision);
                runs += decision == IdempotencyDecision.Run ? 1 : 0;
                known.TryAdd((account, key), new KnownKey(body, true));
            }

            Assert.Equal(requests.Select(request => (request.account, request.key)).Distinct().Count(), runs);
        }).QuickCheckThrowOnFailure();

    private static ImmutableArray<LocalDate> DatesOf(
        IReadOnlyCollection<ComponentFailure> failures, IEnumerable<Exclusion> exclusions) =>
        OutageAssessment.Of(failures, exclusions, "A", Denver, Policy, Instant.MaxValue).Dates;

    private static Exclusion ExclusionOf(Interval time) => new()
    {
        Cause = ExclusionCause.CustomerEquipment,
        Time = time,
        Evidence = ["doc-1"],
        Author = "one",
        ApprovedBy = "other",
        RecordedAt = time.End,
    };

    // Ten minutes a step: 500 steps are three days and a half, over the end of February.
    private static Instant At(int step) => Start + Duration.FromMinutes(10 * step);

    private static PhoneNumber Number(string text) =>
        PhoneNumber.TryNormalize(text, out var number) ? number : throw new ArgumentException("not a number");
}
