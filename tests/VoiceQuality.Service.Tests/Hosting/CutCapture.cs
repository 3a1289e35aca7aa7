using Microsoft.Data.Sqlite;
using VoiceQuality.Testing.Captures;

namespace VoiceQuality.Service.Tests.Hosting;

/// <summary>A capture of five calls and a stream that no SDP announced, to be cut, and what is stored of it.</summary>
internal static class CutCapture
{
    /// <summary>What lies between 3 s and 90 s of the calls 1 to 5 and of the stream, which is 9.</summary>
    /// <param name="numbers">Those that are wanted; all when there is none.</param>
    public static Wire Traffic(params int[] numbers)
    {
        var wire = new Wire();
        (int Number, double From, double To, int LostEvery)[] calls =
            [(1, 3, 8, 0), (2, 5, 40, 40), (3, 10, 80, 25), (4, 35, 90, 10), (5, 62, 70, 0)];
        foreach (var (number, from, to, lostEvery) in calls)
        {
            if (numbers.Length == 0 || numbers.Contains(number))
            {
                Call(wire, number, from, to, lostEvery);
            }
        }

        if (numbers.Length == 0 || numbers.Contains(9))
        {
            new RtpScript(wire, "198.18.9.1:9000", "198.18.9.2:9000") { Ssrc = 99 }.Send(4_500, at: 4);
        }

        return wire;
    }

    /// <summary>A call whose second half loses packets, so that its first part alone scores better.</summary>
    private static void Call(Wire wire, int number, double from, double to, int lostEvery)
    {
        var (caller, callee) = ($"198.18.{number}.1", $"198.18.{number}.2");
        var sip = new SipScript(wire, $"call-{number}@rotation.example")
        {
            CallerTag = $"caller-{number}", CalleeTag = $"callee-{number}", Hop = $"h{number}",
        };
        sip.Answered(from, from + 1, Sdp.Audio(caller, 4_000), Sdp.Audio(callee, 6_000));
        var packets = (int)((to - from - 1.1) / 0.02);
        bool IsLost(int i) => lostEvery > 0 && i > packets / 2 && i % lostEvery == 0;
        new RtpScript(wire, $"{caller}:4000", $"{callee}:6000") { Ssrc = (uint)(number * 2) }
            .Send(packets, at: from + 1.05, lost: IsLost);
        new RtpScript(wire, $"{callee}:6000", $"{caller}:4000") { Ssrc = (uint)((number * 2) + 1) }
            .Send(packets, at: from + 1.06);
        sip.Released(to);
    }

    public static byte[] Pcap(IEnumerable<WireFrame> frames)
    {
        var wire = new Wire { KeepsOrder = true };
        foreach (var frame in frames)
        {
            wire.Add(frame);
        }

        return wire.ToPcap();
    }

    /// <summary>What is stored, one text for each call, stream and month, in a fixed order.</summary>
    public static string[] Rows(string path)
    {
        using var connection = new SqliteConnection($"Data Source={path};Mode=ReadOnly;Pooling=false");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = """
            SELECT 'call ' || hex(call_key) || ' ' || outcome || ' mos=' || coalesce(mos_e4, '') || ' received='
                || received_packets || ' streams=' || (SELECT count(*) FROM stream s WHERE s.call_key = c.call_key)
                || ' ended=' || coalesce(ended_at_us, '')
            FROM call c
            UNION ALL
            SELECT 'stream ' || hex(stream_key) || ' received=' || received_packets || ' mos=' || coalesce(mos_e4, '')
            FROM unannounced_stream
            UNION ALL
            SELECT 'month ' || unit_id || ' ' || calls || ' ' || answered || ' ' || scored || ' ' || sum_mos_e4
            FROM unit_month
            ORDER BY 1
            """;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read())
        {
            rows.Add(reader.GetString(0));
        }

        return [.. rows];
    }
}
