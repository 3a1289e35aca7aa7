namespace VoiceQuality.Sla.Accounts;

/// <summary>The order in which rules decide: priority, then the more particular, then the id.</summary>
internal static class UnitRuleOrder
{
    /// <summary>Negative when the left rule decides before the right one.</summary>
    public static int Compare(UnitRule left, UnitRule right)
    {
        var order = left.Priority.CompareTo(right.Priority);
        order = order != 0 ? order : KindRank(left.Match).CompareTo(KindRank(right.Match));
        order = order != 0 ? order : SideRank(left.Side).CompareTo(SideRank(right.Side));
        order = order != 0 ? order : Breadth(left.Match).CompareTo(Breadth(right.Match));
        return order != 0 ? order : string.CompareOrdinal(left.RuleId, right.RuleId);
    }

    private static int KindRank(UnitMatch match) => match switch
    {
        UnitMatch.Header => 0,
        UnitMatch.NumberRange => 1,
        UnitMatch.NumberPrefix => 2,
        UnitMatch.Domain => 3,
        _ => 4,
    };

    private static int SideRank(RuleSide side) => side == RuleSide.Either ? 1 : 0;

    /// <summary>How much a rule covers, comparable within one kind only.</summary>
    private static ulong Breadth(UnitMatch match) => match switch
    {
        UnitMatch.NumberRange range => range.To.Digits - range.From.Digits,
        UnitMatch.NumberPrefix prefix => (ulong)(15 - prefix.Digits.Length),
        UnitMatch.Trunk trunk => (ulong)(128 - trunk.Prefix.Length),
        _ => 0,
    };
}
