using System.Collections.Immutable;
using VoiceQuality.Monitor.Sources.Synthetic;

namespace VoiceQuality.Monitor.Tests.Synthetic;

public class SyntheticScenarioTests
{
    private static readonly SyntheticScenario Scenario = SyntheticScenario.Clean with { Calls = 10_000, Seed = 2 };

    [Fact]
    public void Fractions_are_met_within_five_standard_deviations()
    {
        var plans = (Scenario with
        {
            RejectedFraction = 0.1,
            CancelledFraction = 0.2,
            Ipv6Fraction = 0.5,
            LossFraction = 0.3,
            LossProbability = 0.07,
        }).ToPlans().ToList();

        // sqrt(n p (1 - p)): 30 for 0.1, 40 for 0.2, 50 for 0.5; of 20,000 streams 64.8 for 0.3.
        Near(1_000, 150, plans.Count(plan => plan.Outcome == SyntheticOutcome.Rejected));
        Near(2_000, 200, plans.Count(plan => plan.Outcome == SyntheticOutcome.Cancelled));
        Near(7_000, 230, plans.Count(plan => plan.Outcome == SyntheticOutcome.Answered));
        Near(5_000, 250, plans.Count(plan => plan.SbcAddress.GetAddressBytes().Length == 16));
        Near(6_000, 324, plans.SelectMany(plan => new[] { plan.FromCaller, plan.FromCallee })
            .Count(impairment => impairment.LossProbability == 0.07));
    }

    [Fact]
    public void Calls_start_in_order_within_the_stagger()
    {
        var scenario = Scenario with { Stagger = TimeSpan.FromHours(1) };
        var starts = scenario.ToPlans().Select(plan => plan.StartNs).ToList();
        var startNs = scenario.Start.ToUnixTimeMilliseconds() * 1_000_000;

        Assert.Equal(starts.Order(), starts);
        Assert.InRange(starts[0], startNs, startNs + 360_000_000);
        Assert.InRange(starts[^1], startNs + 3_599_640_000_000, startNs + 3_600_000_000_000);
    }

    [Fact]
    public void Even_calls_go_out_and_odd_calls_come_in_within_the_address_plan()
    {
        foreach (var (index, plan) in (Scenario with { Calls = 200, Units = 3 }).ToPlans().Index())
        {
            var customer = plan.CallerIsCustomer ? plan.Caller : plan.Callee;
            var outside = plan.CallerIsCustomer ? plan.Callee : plan.Caller;
            var unit = int.Parse(customer.AsSpan(5, 3), System.Globalization.CultureInfo.InvariantCulture);

            Assert.Equal(index % 2 == 0, plan.CallerIsCustomer);
            Assert.Matches(@"^\+155500[0-2]\d{4}$", customer);
            Assert.Matches(@"^\+1800555\d{4}$", outside);
            Assert.Equal($"198.18.{unit}.250", plan.TrunkAddress.ToString());
            Assert.Equal("198.19.0.250", plan.SbcAddress.ToString());
        }
    }

    [Fact]
    public void Ipv6_trunks_lie_in_the_benchmark_range_of_rfc_5180()
    {
        Assert.Equal("2001:2:0:7::fa", SyntheticAddressPlan.Trunk(7, 250, ipv6: true).ToString());
        Assert.Equal("2001:2:ffff::1", SyntheticAddressPlan.Sbc(1, ipv6: true).ToString());
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticAddressPlan.Trunk(256, 1, ipv6: false));
        Assert.Throws<ArgumentOutOfRangeException>(() => SyntheticAddressPlan.CustomerNumber(0, 10_000));
    }

    [Fact]
    public void One_impairment_more_does_not_move_the_others()
    {
        var before = (Scenario with { LossFraction = 0.2 }).ToPlans().Select(plan => plan.FromCaller.LossProbability);
        var after = (Scenario with { LossFraction = 0.2, JitterFraction = 0.5, Ipv6Fraction = 0.5 }).ToPlans()
            .Select(plan => plan.FromCaller.LossProbability);

        Assert.Equal(before, after);
    }

    [Fact]
    public void Values_out_of_range_are_refused()
    {
        SyntheticScenario[] wrong =
        [
            Scenario with { Calls = 0 },
            Scenario with { Units = 257 },
            Scenario with { Duration = TimeSpan.FromHours(13) },
            Scenario with { LossFraction = 1.1 },
            Scenario with { LossFraction = double.NaN },
            Scenario with { LossProbability = -0.1 },
            Scenario with { RejectedFraction = 0.6, FailedFraction = 0.6 },
            Scenario with { BaseJitterUs = -1 },
            Scenario with { Codecs = ImmutableArray<CodecWeight>.Empty },
            Scenario with { Codecs = [new CodecWeight(SyntheticCodec.Gsm, 0)] },
            Scenario with { RtcpInterval = TimeSpan.FromMilliseconds(10) },
            Scenario with { TelephoneEvents = 9 },
        ];

        Assert.Null(Scenario.FindProblem());
        Assert.Null(SyntheticScenario.Mixed.FindProblem());
        Assert.All(wrong, scenario => Assert.NotNull(scenario.FindProblem()));
        Assert.All(wrong, scenario => Assert.Throws<ArgumentException>(() => scenario.ToPlans()));
    }

    private static void Near(int expected, int tolerance, int actual) =>
        Assert.InRange(actual, expected - tolerance, expected + tolerance);
}
