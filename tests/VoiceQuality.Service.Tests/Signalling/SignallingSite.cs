using System.Text;
using NodaTime;
using VoiceQuality.Monitor.Calls;
using VoiceQuality.Service.Tests.Api;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Calls;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Tests.Signalling;

/// <summary>
/// 14 October 2026, seen from 15:30 UTC: two customers with a trunk each, of which the one of A-1 gets another one at
/// 13:00 UTC, and a carrier's.
/// </summary>
internal static class SignallingSite
{
    public static readonly LocalDate Day = new(2026, 10, 14);

    private const string Accounts = """
        {
          "accounts": [
            { "accountId": "A-1", "name": "Example Ltd", "timeZone": "America/Denver", "units": [
              { "unitId": "U-1", "name": "Sales" }, { "unitId": "U-2", "name": "Support" } ] },
            { "accountId": "B-1", "name": "Somebody else", "timeZone": "UTC", "units": [
              { "unitId": "U-9", "name": "Other" } ] }
          ],
          "rules": []
        }
        """;

    private const string Trunks = """
        trunk,account,addresses,side,trusted_identity,from,to
        OLD-PBX,A-1,198.18.4.0/24,CUSTOMER,yes,2026-01-01T00:00:00Z,2026-10-14T13:00:00Z
        NEW-PBX,A-1,198.18.4.0/24,CUSTOMER,yes,2026-10-14T13:00:00Z,
        CARRIER-1,*,192.0.2.0/25,CARRIER,yes,2026-01-01T00:00:00Z,
        """;

    private const string Components = """
        component,account,unit,name,kind,from,to,addresses
        DEN-TRUNK,A-1,,SIP trunk Denver,SIP_TRUNK,2025-01-01,,198.18.4.0/24
        """;

    public static async Task<TestSite> StartAsync()
    {
        var site = await TestSite.StartAsync(Accounts, new DateTimeOffset(2026, 10, 14, 15, 30, 0, TimeSpan.Zero));
        await new ReferenceRepository(site.Database).ImportAsync(
            [
                new ReferenceDocument(ReferenceKinds.Trunks, Encoding.UTF8.GetBytes(Trunks), 3),
                new ReferenceDocument(ReferenceKinds.Components, Encoding.UTF8.GetBytes(Components), 1),
            ],
            basedOn: null, "importer", Instant.FromDateTimeOffset(site.Clock.GetUtcNow()), CancellationToken.None);

        // A-1, Sales: three answered and one busy at noon, one answered at one o'clock; Support: one 503 at noon. B-1:
        // one answered, between addresses that nobody has named.
        await site.WriteAsync(
            Answered("A-1", "U-1", 1), Answered("A-1", "U-1", 2), Answered("A-1", "U-1", 3),
            Ended("A-1", "U-1", 4, 486, CallOutcome.Rejected), Answered("A-1", "U-1", 3_600),
            Ended("A-1", "U-2", 5, 503, CallOutcome.Failed), Unnamed(Answered("B-1", "U-9", 6)));
        return site;
    }

    public static MeasuredCall Answered(string account, string unit, int number)
    {
        var measured = SeedCalls.Answered(account, unit, Day, number, 40000);
        return measured with
        {
            Call = measured.Call with
            {
                SignallingSource = SeedCalls.Endpoint(198, 18, 4, 1, 5060),
                SignallingDestination = SeedCalls.Endpoint(192, 0, 2, 1, 5060),
                RequestDelayUs = 850_000,
                RingTimeUs = 1_150_000,
                DisconnectDelayUs = 20_000,
                Challenges = 1,
                ReleaseReason = new ReleaseReason("Q.850", 16),
            },
        };
    }

    private static MeasuredCall Ended(string account, string unit, int number, int status, CallOutcome outcome)
    {
        var measured = Answered(account, unit, number);
        return measured with
        {
            Call = measured.Call with
            {
                AnsweredAtUs = null,
                EndedAtUs = measured.Call.StartedAtUs + 100_000,
                FinalStatus = status,
                Outcome = outcome,
                PostDialDelayUs = null,
                RequestDelayUs = 100_000,
                RingTimeUs = null,
                DisconnectDelayUs = null,
                MosLqE4 = null,
            },
        };
    }

    private static MeasuredCall Unnamed(MeasuredCall measured) => measured with
    {
        Call = measured.Call with
        {
            SignallingSource = SeedCalls.Endpoint(198, 19, 0, 1, 5060),
            SignallingDestination = SeedCalls.Endpoint(198, 19, 0, 2, 5060),
        },
    };
}
