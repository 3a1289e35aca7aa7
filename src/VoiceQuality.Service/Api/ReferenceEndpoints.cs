using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using VoiceQuality.Service.Pages;
using VoiceQuality.Service.Reference;
using VoiceQuality.Sla.Reference;
using VoiceQuality.Storage.Reference;

namespace VoiceQuality.Service.Api;

/// <summary>One kind of reference data.</summary>
/// <param name="Kind">Its name.</param>
/// <param name="Version">Version in force, 1 for the first; null when nothing was imported: what needs it is not
/// decided.</param>
/// <param name="Digest">SHA-256 of the file as imported, lower-case hexadecimal.</param>
/// <param name="Rows">Rows without the header.</param>
/// <param name="Actor">Who imported it.</param>
/// <param name="StoredAt">When.</param>
/// <param name="Columns">Columns of the file, in the order of the export.</param>
internal sealed record ReferenceLine(
    string Kind, int? Version, string? Digest, long? Rows, string? Actor, string? StoredAt,
    IReadOnlyList<string> Columns);

/// <summary>All kinds of reference data.</summary>
/// <param name="Digest">SHA-256 over the digests of all files in force.</param>
/// <param name="Kinds">The kinds, whether imported or not.</param>
internal sealed record ReferenceResponse(string Digest, IReadOnlyList<ReferenceLine> Kinds)
{
    public static ReferenceResponse Of(IReadOnlyList<ReferenceVersion> inForce) => new(
        ReferenceKinds.DigestOf(inForce.Select(version => new DocumentDigest(version.Kind, version.Digest))),
        [
            .. ReferenceSchema.All.Select(schema =>
            {
                var version = inForce.FirstOrDefault(version => version.Kind == schema.Kind);
                return new ReferenceLine(
                    schema.Kind, version?.Version, version?.Digest, version?.RowCount, version?.Actor,
                    version is null ? null : Wire.Time(version.StoredAt),
                    [.. schema.Columns.Select(column => column.Name)]);
            }),
        ]);
}

/// <summary>What the contract is applied with.</summary>
internal static class ReferenceEndpoints
{
    private const string Csv = "text/csv";

    /// <summary>Maps <c>/api/v1/reference…</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapAccessGroup(AccessGroup.Noc, "/api/v1/reference").WithTags("Reference data");
        group.MapGet("/", GetReference).WithName("GetReference")
            .WithSummary(
                "Lists the kinds of reference data: version in force, digest, rows, who imported it and when.");
        group.MapGet("/{kind}", GetReferenceKind).WithName("GetReferenceKind")
            .WithSummary("One kind as CSV, as it is in force.")
            .WithDescription("The digest of the file as imported is in the header X-Content-Digest.")
            .Produces<string>(StatusCodes.Status200OK, Csv);
    }

    private static async Task<Ok<ReferenceResponse>> GetReference(
        ReferenceRepository repository, CancellationToken cancellationToken) =>
        TypedResults.Ok(ReferenceResponse.Of(await repository.ListInForceAsync(cancellationToken)));

    private static async Task<Results<PushStreamHttpResult, ProblemHttpResult>> GetReferenceKind(
        string kind, HttpContext context, ReferenceRepository repository, CancellationToken cancellationToken)
    {
        var inForce = (await repository.ListInForceAsync(cancellationToken))
            .FirstOrDefault(found => found.Kind == kind);
        if (inForce is null
            || await repository.ReadAsync(kind, inForce.Version, cancellationToken) is not { } document)
        {
            return Missing.Problem();
        }

        context.Response.Headers["X-Content-Digest"] = inForce.Digest;
        return TypedResults.Stream(
            async stream =>
            {
                await using var writer = new StreamWriter(stream, new UTF8Encoding(false), 65_536, leaveOpen: true)
                {
                    NewLine = "\r\n",
                };
                foreach (var line in ReferenceCsv.Lines(ReferenceCsvReader.Read(kind, kind, document.Octets)))
                {
                    await writer.WriteLineAsync(line.AsMemory(), cancellationToken);
                }
            },
            Csv + "; charset=utf-8",
            kind + ReferenceImport.FileEnding);
    }
}
