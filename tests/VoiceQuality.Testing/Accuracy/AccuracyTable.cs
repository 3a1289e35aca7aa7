using System.Globalization;
using System.Text;

namespace VoiceQuality.Testing.Accuracy;

/// <summary>The table of docs/ACCURACY.md.</summary>
public static class AccuracyTable
{
    /// <summary>Every row, measured.</summary>
    public static IReadOnlyList<AccuracyRow> Measure() =>
        [.. ImpairedPath.Singles.Concat(ImpairedPath.Pairs).Select(AccuracyRow.Of)];

    /// <summary>The page as Markdown; the same rows give the same octets.</summary>
    public static string Write(IReadOnlyList<AccuracyRow> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);

        var page = new StringBuilder();
        var exact = rows.Count(static row => row.Differences.Count == 0);
        page.Append(string.Create(CultureInfo.InvariantCulture, $"""
            # Accuracy

            Made by `dotnet run -c Release --project benchmarks/VoiceQuality.Benchmarks -- accuracy docs/ACCURACY.md`; a test
            makes it again and fails when a figure is not the truth.

            Each row is one call of {KnownStream.Frames * 20 / 1_000} s of G.711 that is written packet by packet, with what happens to each packet decided by
            a seeded generator, and measured by the whole pipeline: frames, SIP, SDP, RTP, jitter buffer, score. The truth is
            arithmetic on what was done. The MOS beside ours is G.107 at its defaults for G.711 with concealment (Bpl 25.1),
            computed from the truth in one line of its own. "Discarded" is what comes more than 60 ms later than the packet that
            opened the talkspurt; 200 ppm move the whole by 12 ms here, less than what sets a buffer anew. In rows with capture
            loss the tap is blind for 0.5 s and for 1 s: what was sent then is neither expected nor lost. In rows with SSRC
            change both streams are counted apart; counts are added here, the MOS is that of the worse.

            {exact} of {rows.Count} rows: every count exact, MOS within 0.01.


            """).ReplaceLineEndings("\n"));
        WriteCounts(page, rows);
        WritePeers(page, rows);
        return page.ToString();
    }

    private static void WriteCounts(StringBuilder page, IReadOnlyList<AccuracyRow> rows)
    {
        page.Append("## Counted and true\n\n");
        page.Append("| what happens | expected | lost | duplicates | reordered | discarded | BurstR | MOS true | MOS ours | differs |\n");
        page.Append("|---|---:|---:|---:|---:|---:|---:|---:|---:|---|\n");
        foreach (var row in rows)
        {
            var burst = row.Truth.Max(static truth => truth.BurstR);
            var worst = Enumerable.Range(0, Math.Min(row.Truth.Count, row.Measured.Count))
                .MinBy(i => row.Truth[i].MosLq);
            page.Append(CultureInfo.InvariantCulture, $"| {row.Path.Name} | {row.Truth.Sum(static t => t.Expected)} ")
                .Append(CultureInfo.InvariantCulture, $"| {row.Truth.Sum(static t => t.Lost)} ")
                .Append(CultureInfo.InvariantCulture, $"| {row.Truth.Sum(static t => t.Duplicates)} ")
                .Append(CultureInfo.InvariantCulture, $"| {row.Truth.Sum(static t => t.Reordered)} ")
                .Append(CultureInfo.InvariantCulture, $"| {row.Truth.Sum(static t => t.Discarded)} | {burst:0.00} ")
                .Append(CultureInfo.InvariantCulture, $"| {row.Truth[worst].MosLq:0.0000} ")
                .Append(CultureInfo.InvariantCulture, $"| {row.Measured[worst].MosLqE4 / 1e4:0.0000} ")
                .Append(CultureInfo.InvariantCulture, $"| {string.Join("; ", row.Differences)} |\n");
        }
    }

    private static void WritePeers(StringBuilder page, IReadOnlyList<AccuracyRow> rows)
    {
        page.Append("""

            ## What others would say

            The published formulas of other tools for the same truth: MOS, and in brackets by how much it differs from G.107 with
            concealment. Those without a jitter buffer are not told of packets that come too late, and all take what the tap missed
            for lost. VoIPmonitor 2026.04, Homer
            (heplify-server of May 2026), rtpengine of August 2026 (narrowband default), sip-exporter 1.11, sipnab 0.4.16 and
            SIP3 CE, each as its source has it; a formula was computed here, no tool was run.


            """.ReplaceLineEndings("\n"));
        page.Append("| what happens | G.107 | ours |");
        foreach (var (name, _) in PeerFormulas.All)
        {
            page.Append(CultureInfo.InvariantCulture, $" {name} |");
        }

        page.Append("\n|---|---:|---:|").Append(string.Concat(PeerFormulas.All.Select(static _ => "---:|"))).Append('\n');
        foreach (var row in rows.Where(static row => row.Truth.Count == 1 && row.Measured.Count == 1)
            .Take(ImpairedPath.Singles.Count - 1))
        {
            var truth = row.Truth[0];
            var sent = truth.Expected + truth.Unseen;
            var lost = truth.Lost + truth.Unseen;
            var input = new PeerInput(
                sent,
                100.0 * lost / sent,
                100.0 * (lost + truth.Discarded) / sent,
                truth.BurstR,
                row.Measured[0].Total.JitterMeanMs ?? 0);
            page.Append(CultureInfo.InvariantCulture, $"| {row.Path.Name} | {truth.MosLq:0.00} ")
                .Append(CultureInfo.InvariantCulture, $"| {row.Measured[0].MosLqE4 / 1e4:0.00} |");
            foreach (var (_, mos) in PeerFormulas.All)
            {
                var value = mos(input);
                page.Append(CultureInfo.InvariantCulture, $" {value:0.00} ({value - truth.MosLq:+0.00;-0.00;0.00}) |");
            }

            page.Append('\n');
        }
    }
}
