using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using LogBroker.Client.Retry;

namespace LogBroker.Client.Security;

/// <summary>Fetches tokens and keeps each until four fifths of its time are over.</summary>
/// <remarks>Any thread; those who come while a token is fetched wait for the same one.</remarks>
internal sealed class OAuthClientCredentialsSource(OAuthClientCredentialsOptions options)
{
    private const double PartKept = 0.8;

    private const int ReasonLengthMax = 500;

    // Longer than any token lives; what is told beyond it does not fit a clock's ticks.
    private const double LifetimeSecondsMax = 365 * 24 * 60 * 60;

    private readonly Lock _lock = new();
    private Task<OAuthBearerToken>? _fetching;
    private OAuthBearerToken? _token;
    private long _keptUntil;

    /// <exception cref="AuthenticationFailedException">The identity provider refused the client.</exception>
    /// <exception cref="BrokerUnavailableException">It could not be reached.</exception>
    public async ValueTask<OAuthBearerToken> GetTokenAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        Task<OAuthBearerToken> fetching;
        lock (_lock)
        {
            if (_token is { } kept && time.GetTimestamp() < _keptUntil) return kept;
            if (_fetching is null)
            {
                _fetching = Task.Run(() => RenewAsync(time), CancellationToken.None);
                _fetching.IgnoreFailure();
            }
            fetching = _fetching;
        }
        return await fetching.WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private async Task<OAuthBearerToken> RenewAsync(TimeProvider time)
    {
        try
        {
            var (token, lifetime) = await FetchAsync(CancellationToken.None).ConfigureAwait(false);
            lock (_lock)
            {
                _keptUntil = time.GetTimestamp() + (long)(lifetime.TotalSeconds * PartKept * time.TimestampFrequency);
                return _token = token;
            }
        }
        finally
        {
            lock (_lock) _fetching = null;
        }
    }

    private async Task<(OAuthBearerToken Token, TimeSpan Lifetime)> FetchAsync(CancellationToken cancellationToken)
    {
        using var http = options.HttpClientFactory?.Invoke() ?? new HttpClient();
        using var request = NewRequest();
        try
        {
            using var response = await http.SendAsync(request, cancellationToken).ConfigureAwait(false);
            string body = await response.Content.ReadAsStringAsync(cancellationToken).ConfigureAwait(false);
            if (!response.IsSuccessStatusCode) throw Refused(response, body);
            return Read(body);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            throw new BrokerUnavailableException(
                $"The identity provider at {options.Place} cannot be reached: {failure.Message}", failure);
        }
    }

    /// <summary>A provider that is overloaded or restarts is one that cannot be reached, not one that refuses.</summary>
    private KafkaException Refused(HttpResponseMessage response, string body)
    {
        string reason = body.Length > ReasonLengthMax ? $"{body[..ReasonLengthMax]}..." : body;
        string message = $"The identity provider at {options.Place} gave no token to {options.ClientId}: " +
            $"{(int)response.StatusCode} {response.ReasonPhrase} {reason}".TrimEnd();
        bool mayPass = (int)response.StatusCode >= 500
            || response.StatusCode is HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests;
        return mayPass ? new BrokerUnavailableException(message) : new AuthenticationFailedException(message);
    }

    private HttpRequestMessage NewRequest()
    {
        var fields = new Dictionary<string, string>(options.Parameters) { ["grant_type"] = "client_credentials" };
        if (options.Scope is { } scope) fields["scope"] = scope;
        string login = $"{Uri.EscapeDataString(options.ClientId)}:{Uri.EscapeDataString(options.ClientSecret)}";
        return new HttpRequestMessage(HttpMethod.Post, options.TokenEndpoint)
        {
            Content = new FormUrlEncodedContent(fields),
            Headers =
            {
                Authorization = new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login))),
                Accept = { new MediaTypeWithQualityHeaderValue("application/json") },
            },
        };
    }

    private (OAuthBearerToken Token, TimeSpan Lifetime) Read(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.GetProperty("access_token").GetString() is { Length: > 0 } value)
                return (new OAuthBearerToken(value) { Extensions = options.Extensions }, Lifetime(json.RootElement));
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw WithoutToken(failure);
        }
        throw WithoutToken(null);
    }

    private AuthenticationFailedException WithoutToken(Exception? cause) =>
        new($"The identity provider at {options.Place} answered without a token.", cause);

    /// <summary>How long the token may be used, as a number or, with some providers, as text; zero when it is not told.</summary>
    private static TimeSpan Lifetime(JsonElement answer)
    {
        double seconds = 0;
        if (answer.TryGetProperty("expires_in", out var told))
        {
            string text = told.ValueKind == JsonValueKind.String ? told.GetString()! : told.GetRawText();
            bool isNumber = double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out seconds);
            if (!isNumber || double.IsNaN(seconds)) seconds = 0;
        }
        return TimeSpan.FromSeconds(Math.Clamp(seconds, 0, LifetimeSecondsMax));
    }
}
