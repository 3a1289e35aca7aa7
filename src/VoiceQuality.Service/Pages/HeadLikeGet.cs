namespace VoiceQuality.Service.Pages;

/// <summary>
/// What answers GET answers HEAD alike, without the body (RFC 9110 §9.3.2); the server leaves it out.
/// </summary>
internal static class HeadLikeGet
{
    private static readonly HttpMethodMetadata Both = new([HttpMethods.Get, HttpMethods.Head]);

    /// <summary>Lets the routes of <paramref name="routes"/> that are for GET alone take HEAD too.</summary>
    public static TBuilder AnswersHead<TBuilder>(this TBuilder routes)
        where TBuilder : IEndpointConventionBuilder
    {
        routes.Finally(static endpoint =>
        {
            for (var i = 0; i < endpoint.Metadata.Count; i++)
            {
                if (endpoint.Metadata[i] is IHttpMethodMetadata { HttpMethods: [var only] } && HttpMethods.IsGet(only))
                {
                    endpoint.Metadata[i] = Both;
                }
            }
        });
        return routes;
    }
}
