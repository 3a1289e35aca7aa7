using NodaTime;

namespace VoiceQuality.Sla.Clocks;

/// <summary>Written notice to the FCC that an opt-in mechanism failed beyond an anomaly .</summary>
public static class OptInFailureClock
{
    private const int BusinessDays = 5;

    /// <summary>The last day on which the notice is in time: the fifth business day after the discovery.</summary>
    public static LocalDate Due(LocalDate discovered, BusinessCalendar calendar)
    {
        ArgumentNullException.ThrowIfNull(calendar);
        return calendar.Plus(discovered, BusinessDays);
    }
}

/// <summary>The yearly certificate to the FCC, before March 1 for the calendar year that is over .</summary>
public static class CertificationClock
{
    /// <summary>The last day on which it is in time: February 28 or 29 of the year that follows.</summary>
    /// <param name="reportingYear">The year that is certified, 1 to 9998.</param>
    public static LocalDate LastOnTimeDate(int reportingYear) => new LocalDate(reportingYear + 1, 3, 1).PlusDays(-1);

    /// <summary>Whether it was filed in time; a year that is not over cannot be certified.</summary>
    public static bool IsOnTime(int reportingYear, LocalDate filed) =>
        filed.Year > reportingYear && filed <= LastOnTimeDate(reportingYear);
}

/// <summary>What the provider is for the data that are asked for .</summary>
public enum ProviderRole
{
    /// <summary>It decides what happens with them.</summary>
    Controller,

    /// <summary>It keeps them for a customer, who decides.</summary>
    Processor,
}

/// <summary>Who asks for access or correction.</summary>
public enum AccessRequester
{
    /// <summary>The person whom the data are about.</summary>
    Individual,

    /// <summary>The customer who decides about the data.</summary>
    Controller,
}

/// <summary>What becomes of a request.</summary>
public enum AccessRequestDecision
{
    /// <summary>It is answered.</summary>
    Accepted,

    /// <summary>Whoever asks is sent to the customer whose data they are.</summary>
    ReferredToController,
}

/// <summary>What becomes of a request, and until when it must be answered.</summary>
/// <param name="Decision">Accepted or referred.</param>
/// <param name="Due">The last day for the answer; null for what is referred.</param>
public sealed record AccessRequestAnswer(AccessRequestDecision Decision, LocalDate? Due);

/// <summary>Requests for access or correction: an answer within 30 calendar days of receipt .</summary>
public static class AccessRequestClock
{
    private const int Days = 30;

    /// <summary>Decides for one request.</summary>
    public static AccessRequestAnswer Decide(LocalDate received, ProviderRole role, AccessRequester requester) =>
        role == ProviderRole.Processor && requester != AccessRequester.Controller
            ? new AccessRequestAnswer(AccessRequestDecision.ReferredToController, null)
            : new AccessRequestAnswer(AccessRequestDecision.Accepted, received.PlusDays(Days));
}
