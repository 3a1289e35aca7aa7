using VoiceQuality.Sla.Privacy;

namespace VoiceQuality.Sla.Tests.Privacy;

public class PublicationRuleTests
{
    [Theory]
    [InlineData(new long[] { 80, 5, 5, 5, 5 }, PublicationDecision.Published)]            // 80 of 100 is not above 80 %
    [InlineData(new long[] { 81, 5, 5, 5, 5 }, PublicationDecision.OneAccountDominates)]  // 81 of 101 is 80.2 %
    [InlineData(new long[] { 25, 25, 25, 25 }, PublicationDecision.TooFewAccounts)]
    [InlineData(new long[] { 20, 20, 20, 20, 20 }, PublicationDecision.Published)]
    [InlineData(new long[] { 25, 25, 25, 25, 0 }, PublicationDecision.TooFewAccounts)]    // no call, no cover
    [InlineData(new long[] { 0, 0, 0, 0, 0 }, PublicationDecision.NothingMeasured)]
    [InlineData(new long[0], PublicationDecision.NothingMeasured)]
    public void Figures_are_published_from_five_accounts_on_when_none_is_above_80_percent(
        long[] callsByAccount, PublicationDecision expected) =>
        Assert.Equal(expected, PublicationRule.Default.Decide(callsByAccount));
}
