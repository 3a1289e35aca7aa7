using System.ComponentModel.DataAnnotations;

namespace VoiceQuality.Service.Telemetry.Influx;

/// <summary>Where calls and intervals are written as points. Off until <see cref="Url"/> is set.</summary>
internal sealed class InfluxOptions : IValidatableObject
{
    public const string SectionName = "Influx";

    /// <summary>Root of the server, "http://127.0.0.1:8086"; null turns writing off.</summary>
    public Uri? Url { get; set; }

    /// <summary>Database of the first interface (<c>/write?db=</c>); exclusive with <see cref="Bucket"/>.</summary>
    public string? Database { get; set; }

    /// <summary>User of the first interface; null without authentication.</summary>
    public string? User { get; set; }

    /// <summary>Password of <see cref="User"/>. Prefer the environment, VQ_Influx__Password.</summary>
    public string? Password { get; set; }

    /// <summary>Bucket of the second interface (<c>/api/v2/write</c>).</summary>
    public string? Bucket { get; set; }

    /// <summary>Organisation of <see cref="Bucket"/>.</summary>
    public string? Org { get; set; }

    /// <summary>Token of the second interface. Prefer the environment, VQ_Influx__Token.</summary>
    public string? Token { get; set; }

    /// <summary>Points of one request.</summary>
    [Range(1, 100_000)]
    public int BatchPoints { get; set; } = 5_000;

    /// <summary>Longest time that a point waits for its batch to fill.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00")]
    public TimeSpan BatchAge { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Time between two points about the service itself and the current month of each unit.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00")]
    public TimeSpan HeartbeatInterval { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Longest time that one request may take.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00")]
    public TimeSpan RequestTimeout { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>Delay before the first retry; it doubles from one to the next.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "00:01:00")]
    public TimeSpan RetryDelay { get; set; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Longest delay between two tries, also when the server asks for more.</summary>
    [Range(typeof(TimeSpan), "00:00:00.010", "01:00:00")]
    public TimeSpan RetryDelayLimit { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>Age at which a batch that could not be written is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "7.00:00:00")]
    public TimeSpan GiveUpAfter { get; set; } = TimeSpan.FromHours(6);

    /// <summary>Octets of compressed batches that wait in memory. What does not fit is dropped and counted.</summary>
    [Range(65_536, 1_073_741_824)]
    public int SpoolOctets { get; set; } = 67_108_864;

    /// <summary>Time that a graceful stop spends on what is still waiting.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "00:01:00")]
    public TimeSpan StopTimeout { get; set; } = TimeSpan.FromSeconds(5);

    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Url is null)
        {
            yield break;
        }

        if (!Url.IsAbsoluteUri || (Url.Scheme != Uri.UriSchemeHttp && Url.Scheme != Uri.UriSchemeHttps))
        {
            yield return new ValidationResult("must be an http or https address", [nameof(Url)]);
        }

        if (string.IsNullOrEmpty(Database) == string.IsNullOrEmpty(Bucket))
        {
            yield return new ValidationResult(
                "set either Influx:Database (/write) or Influx:Bucket (/api/v2/write)", [nameof(Database)]);
        }

        if (!string.IsNullOrEmpty(Bucket) && string.IsNullOrEmpty(Org))
        {
            yield return new ValidationResult("is needed with Influx:Bucket", [nameof(Org)]);
        }
    }
}
