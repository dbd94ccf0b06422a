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
            if (!response.IsSuccessStatusCode)
            {
                throw new AuthenticationFailedException(
                    $"The identity provider at {options.TokenEndpoint} gave no token to {options.ClientId}: " +
                    $"{(int)response.StatusCode} {response.ReasonPhrase} {body}".TrimEnd());
            }
            return Read(body);
        }
        catch (Exception failure) when (failure is HttpRequestException or TaskCanceledException)
        {
            throw new BrokerUnavailableException(
                $"The identity provider at {options.TokenEndpoint} cannot be reached: {failure.Message}", failure);
        }
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
            string value = json.RootElement.GetProperty("access_token").GetString()!;
            bool isTold = json.RootElement.TryGetProperty("expires_in", out var told);
            var lifetime = TimeSpan.FromSeconds(isTold ? told.GetDouble() : 0);
            return (new OAuthBearerToken(value) { Extensions = options.Extensions }, lifetime);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new AuthenticationFailedException(
                $"The identity provider at {options.TokenEndpoint} answered without a token.", failure);
        }
    }
}
