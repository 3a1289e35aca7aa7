using VoiceQuality.Sla.Periods;
using VoiceQuality.Sla.Usage;

namespace VoiceQuality.Sla.Tests.Usage;

/// <summary>Billed and rated usage side by side: what makes up the base of a credit, and nothing else .</summary>
public class UsageDifferenceTests
{
    [Fact]
    public void Kinds_are_compared_one_by_one_and_together()
    {
        // Domestic 100.00 + 20.00 against 115.50; international 7.00 against nothing; toll free nothing against 3.25.
        var difference = UsageDifference.Of(
            [
                Line(ChargeKind.UsageInternational, 7.00m), Line(ChargeKind.UsageDomestic, 100.00m),
                Line(ChargeKind.UsageDomestic, 20.00m), Line(ChargeKind.Mrc, 300.00m),
            ],
            [Line(ChargeKind.UsageTollFree, 3.25m), Line(ChargeKind.UsageDomestic, 115.50m), Line(ChargeKind.Tax, 9.99m)]);
        Assert.Equal(
            [
                new KindDifference(ChargeKind.UsageDomestic, 120.00m, 115.50m),
                new KindDifference(ChargeKind.UsageInternational, 7.00m, 0m),
                new KindDifference(ChargeKind.UsageTollFree, 0m, 3.25m),
            ],
            difference.Kinds.AsEnumerable());
        Assert.Equal([4.50m, 7.00m, -3.25m], difference.Kinds.Select(kind => kind.Difference!.Value));
        Assert.Equal((127.00m, 118.75m, 8.25m), (difference.Imported, difference.Rated, difference.Difference));
    }

    [Fact]
    public void What_is_not_known_on_one_side_has_no_difference_and_is_not_zero()
    {
        UsageLine[] lines = [Line(ChargeKind.UsageDomestic, 5m)];
        var imported = UsageDifference.Of(lines, null);
        Assert.Equal((5m, null, null), (imported.Imported, imported.Rated, imported.Difference));
        Assert.Equal([new KindDifference(ChargeKind.UsageDomestic, 5m, null)], imported.Kinds.AsEnumerable());
        Assert.Null(imported.Kinds[0].Difference);

        var rated = UsageDifference.Of(null, lines);
        Assert.Equal((null, 5m, null), (rated.Imported, rated.Rated, rated.Difference));
        Assert.Equal([new KindDifference(ChargeKind.UsageDomestic, null, 5m)], rated.Kinds.AsEnumerable());
        Assert.Empty(UsageDifference.Of(null, null).Kinds);
    }

    [Fact]
    public void Usage_that_is_known_to_be_none_is_zero()
    {
        var difference = UsageDifference.Of([], []);
        Assert.Empty(difference.Kinds);
        Assert.Equal((0m, 0m, 0m), (difference.Imported, difference.Rated, difference.Difference));
    }

    private static UsageLine Line(ChargeKind kind, decimal amount) =>
        new("A-1", "u", new ServiceMonth(2025, 5), kind, amount, null);
}
