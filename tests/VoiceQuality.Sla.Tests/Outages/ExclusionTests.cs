using NodaTime;
using VoiceQuality.Sla.Outages;
using VoiceQuality.Sla.Policies;

namespace VoiceQuality.Sla.Tests.Outages;

public class ExclusionTests
{
    private const string Account = "A-1";
    private static readonly Interval Window = Times.Between("2025-05-05T10:00:00-06:00", "2025-05-05T12:00:00-06:00");

    private static readonly Exclusion Complete = new()
    {
        Cause = ExclusionCause.CustomerEquipment,
        Time = Window,
        Evidence = ["doc-1"],
        Author = "engineer",
        ApprovedBy = "lead",
        RecordedAt = Times.At("2025-05-06T08:00:00-06:00"),
    };

    private static readonly Exclusion Maintenance = Complete with
    {
        Cause = ExclusionCause.NotifiedSoftwareMaintenance,
        Notice = new MaintenanceNotice(Account, Times.At("2025-05-02T09:00:00-06:00"), "mail-1", Window),
    };

    private static readonly Exclusion ForceMajeure = Complete with
    {
        Cause = ExclusionCause.ForceMajeure, LegalApprover = "counsel", TextReference = "terms 16.3, 2025-01",
    };

    public static TheoryData<string, string?> Cases => new()
    {
        { "complete", null },
        { "internet", null },
        { "third party", null },
        { "maintenance", null },
        { "force majeure", null },
        { "no such cause", "CAUSE_NOT_ON_THE_LIST" },
        { "no evidence", "NO_EVIDENCE" },
        { "blank evidence", "NO_EVIDENCE" },
        { "no author", "NO_AUTHOR" },
        { "no time", "NOT_RECORDED" },
        { "no approval", "NOT_APPROVED" },
        { "own approval", "APPROVED_BY_AUTHOR" },
        { "own carrier", "PROVIDERS_OWN_CARRIER" },
        { "no notice", "NO_NOTICE" },
        { "other customer", "NOTICE_TO_ANOTHER_CUSTOMER" },
        { "no send record", "NO_SEND_RECORD" },
        { "notice at start", "NOTICE_NOT_IN_ADVANCE" },
        { "work before window", "NOTICE_NOT_IN_ADVANCE" },
        { "no counsel", "NO_LEGAL_APPROVER" },
        { "counsel is author", "NO_LEGAL_APPROVER" },
        { "no text", "NO_TEXT_REFERENCE" },
    };

    [Theory]
    [MemberData(nameof(Cases))]
    public void An_exclusion_applies_only_when_everything_about_it_is_proved(string name, string? refusal) =>
        Assert.Equal(refusal, WireName.Of(
            ExclusionRules.Decide(Make(name), Account, ContractPolicy.Default).Refusal));

    [Fact]
    public void Notice_a_nanosecond_before_the_start_is_in_advance()
    {
        var sent = Window.Start.Minus(Duration.Epsilon);
        var exclusion = Maintenance with { Notice = Maintenance.Notice! with { SentAt = sent } };
        Assert.True(ExclusionRules.Decide(exclusion, Account, ContractPolicy.Default).Applies);

        var strict = ContractPolicy.Default with { MaintenanceNoticeMinutes = 60 };
        Assert.Equal(
            ExclusionRefusal.NoticeNotInAdvance, ExclusionRules.Decide(exclusion, Account, strict).Refusal);
    }

    [Fact]
    public void Work_beyond_the_announced_window_is_a_failure()
    {
        var exclusion = Maintenance with { Time = new Interval(Window.Start, Window.End + Duration.FromHours(20)) };
        var assessment = Assess(exclusion, "2025-05-05T10:00:00-06:00", "2025-05-06T08:00:00-06:00");
        Assert.Equal([new Interval(Window.End, Times.At("2025-05-06T08:00:00-06:00"))], assessment.Remaining.ToArray());
        Assert.Equal(["2025-05-05", "2025-05-06"], Times.Text(assessment.Dates));
    }

    [Fact]
    public void An_exclusion_takes_out_its_own_part_only()
    {
        Assert.Empty(Assess(Complete, "2025-05-05T10:00:00-06:00", "2025-05-05T12:00:00-06:00").Dates);
        Assert.Equal(["2025-05-05"], Times.Text(
            Assess(Complete, "2025-05-05T10:00:00-06:00", "2025-05-05T12:00:00.000000001-06:00").Dates));
        Assert.Equal(["2025-05-05"], Times.Text(
            Assess(Complete with { Evidence = [] }, "2025-05-05T10:00:00-06:00", "2025-05-05T11:00:00-06:00").Dates));
    }

    [Fact]
    public void What_was_believed_of_a_failure_excludes_nothing_and_ongoing_lasts_until_now()
    {
        var failure = new ComponentFailure(
            "F1", "sip-trunk", Times.At("2025-05-05T23:00:00-06:00"), null, FailureCause.Customer);
        var assessment = OutageAssessment.Of(
            [failure], [], Account, Times.Denver, ContractPolicy.Default, Times.At("2025-05-07T00:00:00-06:00"));
        Assert.Equal(["2025-05-05", "2025-05-06"], Times.Text(assessment.Dates));
    }

    [Fact]
    public void Failures_of_two_components_are_not_assessed_as_one()
    {
        var at = Window.Start;
        Assert.Throws<ArgumentException>(() => OutageAssessment.Of(
            [new ComponentFailure("1", "a", at, at), new ComponentFailure("2", "b", at, at)],
            [], Account, Times.Denver, ContractPolicy.Default, at));
    }

    private static OutageAssessment Assess(Exclusion exclusion, string start, string end) => OutageAssessment.Of(
        [new ComponentFailure("F1", "sip-trunk", Times.At(start), Times.At(end))],
        [exclusion], Account, Times.Denver, ContractPolicy.Default, Times.At(end));

    private static Exclusion Make(string name) => name switch
    {
        "complete" => Complete,
        "internet" => Complete with { Cause = ExclusionCause.CustomerInternet },
        "third party" => Complete with { Cause = ExclusionCause.ThirdPartyTelephony },
        "maintenance" => Maintenance,
        "force majeure" => ForceMajeure,
        "no such cause" => Complete with { Cause = null },
        "no evidence" => Complete with { Evidence = [] },
        "blank evidence" => Complete with { Evidence = [" "] },
        "no author" => Complete with { Author = null },
        "no time" => Complete with { RecordedAt = null },
        "no approval" => Complete with { ApprovedBy = "" },
        "own approval" => Complete with { ApprovedBy = " Engineer" },
        "own carrier" => Complete with { Cause = ExclusionCause.ThirdPartyTelephony, IsProvidersCarrier = true },
        "no notice" => Maintenance with { Notice = null },
        "other customer" => Maintenance with { Notice = Maintenance.Notice! with { AccountId = "A-2" } },
        "no send record" => Maintenance with { Notice = Maintenance.Notice! with { SendRecord = null } },
        "notice at start" => Maintenance with { Notice = Maintenance.Notice! with { SentAt = Window.Start } },
        "work before window" => Maintenance with
        {
            Time = new Interval(Times.At("2025-05-02T09:00:00-06:00"), Window.End),
        },
        "no counsel" => ForceMajeure with { LegalApprover = null },
        "counsel is author" => ForceMajeure with { LegalApprover = "engineer" },
        "no text" => ForceMajeure with { TextReference = null },
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
