using VoiceQuality.Sla.Reference;

namespace VoiceQuality.Sla.Tests.Reference;

/// <summary>Domestic rates and programs change with prior notice alone .</summary>
public sealed class RateNoticeTests
{
    private const string Header = "account,program,class,jurisdiction,rate,from,notice_sent_at";

    [Theory]
    [InlineData("", false)]
    [InlineData("2026-06-01", false)] // on the day of the effect: not before it
    [InlineData("2026-06-02", false)]
    [InlineData("2026-05-31", true)]
    public void A_changed_rate_needs_a_notice_before_its_effect(string notice, bool isAccepted)
    {
        var errors = Sheet.Parse(Rates(
            "A-1,FLAT_RATE,TERMINATION,INTRASTATE,0.0100,2026-01-01,",
            $"A-1,FLAT_RATE,TERMINATION,INTRASTATE,0.0200,2026-06-01,{notice}")).Errors;
        Assert.Equal(
            isAccepted ? [] : [(3, "notice_sent_at", ReferenceErrorKind.NoNotice)],
            errors.Select(error => (error.Line, error.Column, error.Kind)));
    }

    [Theory]
    [InlineData("0.0200,2026-01-01,", false)]             // the rate in force, written over
    [InlineData("0.0200,2026-01-01,2025-12-01", true)]    // with its notice
    [InlineData("0.0200,2026-03-01,", false)]             // the first row taken out, another one later
    [InlineData("0.01,2026-01-01,", true)]                // the same, written otherwise
    [InlineData("0.01004,2026-01-01,", true)]             // 0.0100 by R-53
    public void What_is_in_force_is_not_rewritten_without_notice(string row, bool isAccepted)
    {
        var before = Sheet.Parse(Rates("A-1,FLAT_RATE,TERMINATION,INTRASTATE,0.0100,2026-01-01,")).Content;
        var after = Rates($"A-1,FLAT_RATE,TERMINATION,INTRASTATE,{row}");
        var errors = ReferenceParser.Parse([after], Sheet.Accounts, before).Errors;
        Assert.Equal(isAccepted ? [] : [ReferenceErrorKind.NoNotice], errors.Select(error => error.Kind));
    }

    [Fact]
    public void A_change_that_is_taken_out_of_the_file_would_be_one_without_notice()
    {
        var before = Sheet.Parse(Rates(
            "A-1,FLAT_RATE,TERMINATION,INTRASTATE,0.0200,2026-01-01,",
            "A-1,FLAT_RATE,TERMINATION,INTRASTATE,0.0100,2026-06-01,2026-05-01")).Content;
        var after = Rates("A-1,FLAT_RATE,TERMINATION,INTRASTATE,0.0200,2026-01-01,");
        var error = Assert.Single(ReferenceParser.Parse([after], Sheet.Accounts, before).Errors);
        Assert.Equal((2, ReferenceErrorKind.NoNotice), (error.Line, error.Kind));
    }

    [Fact]
    public void A_program_changes_with_notice_alone()
    {
        const string first = "A-1,2026-01-01,FLAT_RATE,";
        Assert.Empty(Sheet.Parse(Programs(first, "A-1,2026-06-01,TIERED,2026-05-31")).Errors);
        Assert.Equal(
            ReferenceErrorKind.NoNotice, Assert.Single(Sheet.Parse(Programs(first, "A-1,2026-06-01,TIERED,")).Errors).Kind);
    }

    [Theory]
    [InlineData("A-1,FLAT_RATE,TERMINATION,INTERNATIONAL,0.01,2026-01-01,", "jurisdiction")]
    [InlineData("A-1,FLAT_RATE,TERMINATION,,0.01,2026-01-01,", "jurisdiction")]
    [InlineData("A-1,FLAT_RATE,INTERNATIONAL,,0.01,2026-01-01,", "class")]
    [InlineData("A-1,FLAT,DEFAULT,,0.01,2026-01-01,", "program")]
    [InlineData("A-1,FLAT_RATE,DEFAULT,INTRASTATE,0.01,2026-01-01,", "jurisdiction")]
    [InlineData("A-1,FLAT_RATE,DEFAULT,,-0.01,2026-01-01,", "rate")]
    public void Parts_of_a_rate_that_do_not_go_together_are_refused(string row, string column)
    {
        var errors = Sheet.Parse(Rates(row)).Errors;
        Assert.Contains(errors, error => error.Line == 2 && error.Column == column);
    }

    private static ReferenceTable Rates(params string[] rows) => Sheet.Of(ReferenceKinds.Rates, [Header, .. rows]);

    private static ReferenceTable Programs(params string[] rows) =>
        Sheet.Of(ReferenceKinds.Programs, ["account,from,program,notice_sent_at", .. rows]);
}
