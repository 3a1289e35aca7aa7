using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Sla.Accounts;
using VoiceQuality.Sla.Periods;
using VoiceQuality.Storage.Calls;

namespace VoiceQuality.Service.Ingest;

/// <summary>Puts a call into its unit and month.</summary>
internal sealed class CallResolver(AccountDirectory accounts)
{
    // Calls of nobody have no zone of their own; the operations centre reads them by UTC.
    private static readonly AccountCalendar Utc = new(DateTimeZone.Utc);

    /// <summary>
    /// The month is that of the answer; a call that was never answered is put where it began, so that failures
    /// are counted in the month they happened in.
    /// </summary>
    public MeasuredCall Resolve(CallRecord call)
    {
        var (resolution, book) = accounts.Resolve(call);
        var account = resolution.Unit.AccountId is { } id ? book.FindAccount(id) : null;
        var instant = Instant.FromUnixTimeTicks((call.AnsweredAtUs ?? call.StartedAtUs) * 10);
        var month = (account?.Calendar ?? Utc).OfCall(instant);

        return new MeasuredCall(
            call,
            account?.AccountId ?? BusinessUnit.UnassignedId,
            resolution.Unit.UnitId,
            resolution.Rule?.RuleId,
            month.Month,
            month.Date,
            TimeZones.DatabaseVersion);
    }
}
