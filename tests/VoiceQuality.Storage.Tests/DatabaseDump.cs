using System.Data.Common;
using System.Globalization;
using System.Text;

namespace VoiceQuality.Storage.Tests;

/// <summary>
/// All that is stored about measurements, as text, with nothing in it that depends on the order of writing.
/// </summary>
internal static class DatabaseDump
{
    private static readonly string[] Queries =
    [
        "SELECT * FROM call ORDER BY call_key",
        """
        SELECT s.*, 0 AS model_id, m.name, m.version, m.codec_row, m.jitter_buffer
        FROM stream s JOIN score_model m ON m.model_id = s.model_id ORDER BY s.call_key, s.ordinal
        """,
        """
        SELECT s.*, 0 AS model_id, m.name, m.version, m.codec_row, m.jitter_buffer
        FROM unannounced_stream s JOIN score_model m ON m.model_id = s.model_id ORDER BY s.stream_key
        """,
        "SELECT * FROM unit_day ORDER BY account_id, unit_id, service_month, local_date",
        "SELECT * FROM unit_month ORDER BY account_id, unit_id, service_month",
        """
        SELECT h.*, p.source, p.destination FROM signalling_hour h JOIN signalling_pair p ON p.pair_id = h.pair_id
        ORDER BY h.hour_us, h.account_id, h.unit_id, p.source, p.destination
        """,
    ];

    public static async Task<string> OfAsync(Database database)
    {
        var text = new StringBuilder();
        foreach (var query in Queries)
        {
            foreach (var row in await database.ReadListAsync(query, [], Row, CancellationToken.None))
            {
                text.AppendLine(row);
            }

            text.AppendLine("--");
        }

        return text.ToString();
    }

    private static string Row(DbDataReader reader) => string.Join(
        "|",
        Enumerable.Range(0, reader.FieldCount)
            .Where(i => reader.GetName(i) is not ("model_id" or "pair_id" or "signalling_pair_id"))
            .Select(i => reader.GetName(i) + "=" + Text(reader.GetValue(i))));

    private static string Text(object value) => value switch
    {
        byte[] octets => Convert.ToHexString(octets),
        DBNull => "null",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };
}
